import type { AbundanceEvaluation, CoverageRow, DifferenceRow } from '../../../workers/evaluation/results.js';
import { noiseName } from './figures.js';

/** A table to be shown: as text in a terminal, or in the report. */
export interface ShownTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const dex = (value: number) => value.toFixed(4);
const percent = (share: number) => (100 * share).toFixed(1);

/** Fig. 4, the coverage and the differences as tables. */
export function abundanceTables(evaluation: AbundanceEvaluation): ShownTable[] {
  const { trained, calibrated, tested, coverage } = evaluation;
  const stars = `${trained} stars learnt from, ${calibrated} calibrated on, ${tested} tested on`;
  return [
    figureTable(evaluation, stars),
    summaryTable(evaluation),
    ...coverage.map((row) => coverageTable(evaluation, row)),
    ...evaluation.differences.map((row) => differenceTable(evaluation, row)),
  ];
}

function figureTable({ figure }: AbundanceEvaluation, stars: string): ShownTable {
  return {
    title: `Fig. 4: RMSE of abundances without noise, dex (${stars}). The paper prints its own in the figure alone`,
    head: ['element', 'population', 'linear', 'non-linear', 'non-linear / population'],
    rows: figure.map(({ element, scatter, linear, nonlinear }) => [
      element,
      scatter.toFixed(3),
      dex(linear),
      dex(nonlinear),
      (nonlinear / scatter).toFixed(3),
    ]),
  };
}

/** How far the shares may be from 68 and 95 %. */
const marks = { within68: [0.65, 0.71], within95: [0.935, 0.965] } as const;

/** All coverage in a line for each method and level of noise. */
function summaryTable({ elements, coverage }: AbundanceEvaluation): ShownTable {
  const row = ({ noise, method, species }: CoverageRow, which: keyof typeof marks) => {
    const holds = (share: number) => share >= marks[which][0] && share <= marks[which][1];
    const shares = species.map((own) => own[which]);
    const thirds = species.flatMap((own) => own.thirds.map((third) => third[which]));
    const missing = elements.filter((_, s) => !holds(shares[s]));
    return [
      noiseName(noise),
      method,
      which === 'within68' ? '68 ± 3' : '95 ± 1.5',
      `${percent(Math.min(...shares))} to ${percent(Math.max(...shares))}`,
      `${shares.filter(holds).length} of ${shares.length}`,
      missing.join(' ') || '-',
      `${percent(Math.min(...thirds))} to ${percent(Math.max(...thirds))}`,
      `${thirds.filter(holds).length} of ${thirds.length}`,
    ];
  };
  return {
    title: 'Coverage in short, %',
    head: ['SNR', 'estimator', 'mark', 'species', 'hold it', 'do not', 'thirds of Teff', 'hold it'],
    rows: coverage.flatMap((each) => [row(each, 'within68'), row(each, 'within95')]),
  };
}

function coverageTable({ elements }: AbundanceEvaluation, { noise, method, species }: CoverageRow): ShownTable {
  const thirds = (own: CoverageRow['species'][number], which: 'within68' | 'within95') =>
    own.thirds.map((third) => percent(third[which])).join(' / ');
  return {
    title: `Coverage at SNR ${noiseName(noise)}, ${method}, %; thirds from cool to hot`,
    head: [
      'element',
      'RMSE, dex',
      'stated, dex',
      '68 %',
      'by third of Teff',
      '95 %',
      'by third of Teff',
      'reliable, %',
    ],
    rows: species.map((own, s) => [
      elements[s],
      dex(own.rmse),
      dex(own.sigma),
      percent(own.within68),
      thirds(own, 'within68'),
      percent(own.within95),
      thirds(own, 'within95'),
      percent(own.reliable),
    ]),
  };
}

function differenceTable({ elements }: AbundanceEvaluation, row: DifferenceRow): ShownTable {
  const { noise, otherNoise, near, pairs, species } = row;
  const seen = otherNoise === undefined ? noiseName(noise) : `${noiseName(noise)} and ${noiseName(otherNoise)}`;
  return {
    title: `Differences of non-linear estimates, ${pairs} pairs of ${near ? 'neighbours' : 'stars picked at random'} at SNR ${seen}`,
    head: [
      'element',
      'RMSE, dex',
      'of independent errors, dex',
      'RMS error / stated',
      'the same, errors added',
      'within 68 %',
      'within 95 %',
    ],
    rows: species.map(({ rmse, independent, pull, pullOfSum, within68, within95 }, s) => [
      elements[s],
      dex(rmse),
      dex(independent),
      pull.toFixed(2),
      pullOfSum.toFixed(2),
      percent(within68),
      percent(within95),
    ]),
  };
}
