import { AbundanceFigure } from '../abundances/AbundanceFigure';
import { saveCsv } from '../figure/csv';
import type { CompareStarsQuery } from '../generated/graphql';
import { fixed, signed } from '../words/numbers';

type Difference = CompareStarsQuery['compare']['abundances'][number];

interface DifferencesProps {
  readonly names: readonly [string, string];
  readonly differences: readonly Difference[];
}

/** Differential abundances: where true kin agree. */
export function Differences({ names: [a, b], differences }: DifferencesProps) {
  if (differences.length === 0)
    return (
      <p className="muted">
        No abundances of both stars are known: the operator trains an estimator by{' '}
        <code>npx starkin abundances train</code>.
      </p>
    );
  const save = () =>
    saveCsv(`differences-${a}-${b}.csv`, [
      ['element', ...differences.map(({ element }) => element)],
      ['difference', ...differences.map(({ difference }) => Number(difference.toFixed(4)))],
      ['sigma', ...differences.map(({ sigma }) => Number(sigma.toFixed(4)))],
    ]);
  const apart = differences.filter(({ difference, sigma }) => Math.abs(difference) > 3 * sigma);
  return (
    <section className="card" aria-label="Differential abundances">
      <div className="row spread">
        <h3>Differential abundances</h3>
        <button type="button" className="link" onClick={save}>
          CSV
        </button>
      </div>
      <p className="muted small">
        {a} less {b}, [Fe/H] and [X/Fe], dex, with 1-sigma errors that leave out what is the same for both; hollow where
        either is not reliable.{' '}
        {apart.length === 0
          ? 'No element differs by more than three of its errors.'
          : `More than three errors apart: ${apart.map(({ element, difference, sigma }) => `${element} ${signed(difference, 2)} ± ${fixed(sigma, 2)}`).join(', ')}.`}
      </p>
      <AbundanceFigure
        name={`differences-${a}-${b}`}
        label="Difference, dex"
        points={differences.map(({ difference, ...rest }) => ({ ...rest, value: difference }))}
      />
    </section>
  );
}
