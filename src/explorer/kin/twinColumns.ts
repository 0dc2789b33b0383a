import { fixed, rate, signed } from '../words/numbers';

/** A twin of a star or of a spectrum. */
interface AnyTwin {
  readonly distance: number;
  readonly chi2: number | null;
  readonly degreesOfFreedom: number | null;
  readonly logBayesFactor: number | null;
  readonly node: {
    readonly parameters: {
      readonly teff: number | null;
      readonly logg: number | null;
      readonly feh: number | null;
    } | null;
  };
}

export interface TwinColumn<Twin> {
  readonly label: string;
  readonly title: string;
  readonly show: (twin: Twin) => string;
  readonly value: (twin: Twin) => number | null;
}

/** What is told of every twin. */
export const twinColumns: readonly TwinColumn<AnyTwin>[] = [
  {
    label: 'Distance',
    title: 'Euclidean distance of the searched vectors; 0 is identical',
    show: ({ distance }) => fixed(distance, 2),
    value: ({ distance }) => distance,
  },
  {
    label: 'ln Bayes',
    title: 'ln of how much more probable one chemistry is than two; above 0 speaks for kin',
    show: ({ logBayesFactor }) => signed(logBayesFactor, 1),
    value: ({ logBayesFactor }) => logBayesFactor,
  },
  {
    label: 'χ² / dof',
    title: 'Squared difference in units of its error, and the degrees of freedom',
    show: ({ chi2, degreesOfFreedom }) => `${fixed(chi2, 1)} / ${fixed(degreesOfFreedom, 0)}`,
    value: ({ chi2 }) => chi2,
  },
  {
    label: 'Teff, K',
    title: 'Effective temperature',
    show: ({ node }) => fixed(node.parameters?.teff, 0),
    value: ({ node }) => node.parameters?.teff ?? null,
  },
  {
    label: 'log g',
    title: 'Surface gravity',
    show: ({ node }) => fixed(node.parameters?.logg, 2),
    value: ({ node }) => node.parameters?.logg ?? null,
  },
  {
    label: '[Fe/H]',
    title: 'Metallicity',
    show: ({ node }) => signed(node.parameters?.feh, 2),
    value: ({ node }) => node.parameters?.feh ?? null,
  },
];

/** Told of twins of stars alone. */
export const falseTwins: TwinColumn<{ readonly falseTwinRate: number | null }> = {
  label: 'False twins',
  title: 'Number of unrelated stars that are expected as close as this',
  show: ({ falseTwinRate }) => rate(falseTwinRate),
  value: ({ falseTwinRate }) => falseTwinRate,
};
