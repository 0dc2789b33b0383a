import { KnownAbundances } from '../abundances/KnownAbundances';
import type { KnownAbundanceFragment } from '../generated/graphql';

interface OwnAbundancesProps {
  readonly name: string;
  readonly abundances: readonly KnownAbundanceFragment[];
  readonly stale: boolean;
}

/** What the archive's estimator makes of the reader's spectrum; nothing where there is none. */
export function OwnAbundances({ name, abundances, stale }: OwnAbundancesProps) {
  if (abundances.length === 0) return null;
  return (
    <section className="card" aria-label="Its abundances" aria-busy={stale}>
      <h3>Abundances of {name}</h3>
      <KnownAbundances name={name} abundances={abundances} />
    </section>
  );
}
