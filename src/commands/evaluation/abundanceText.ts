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
  const { noise, near, pairs, species } = row;
  return {
    title: `Differences of ${pairs} pairs of ${near ? 'neighbours' : 'stars picked at random'} at SNR ${noiseName(noise)}`,
    head: ['element', 'RMSE, dex', 'RMS error / stated', 'the same, errors added', 'within 68 %'],
    rows: species.map(({ rmse, pull, pullOfSum, within68 }, s) => [
      elements[s],
      dex(rmse),
      pull.toFixed(2),
      pullOfSum.toFixed(2),
      percent(within68),
    ]),
  };
}
