import type { ModelEvaluation, RecastExample } from '../../../workers/evaluation/results.js';
import { modelName } from './figures.js';
import { colours, modelColours, plot } from './plot.js';

const WIDTH = 760;
const wavelength = {
  field: 'wavelength',
  type: 'quantitative',
  title: null,
  scale: { zero: false, nice: false },
} as const;

/** Fig. 5: a pair as observed, the first recast to the parameters of the second, and what is left. */
export function recastPlot(example: RecastExample): Promise<string> {
  const points = (line: string, values: readonly number[]) =>
    values.map((value, i) => ({ wavelength: example.wavelength[i], line, value }));
  const panel = (
    title: string,
    height: number,
    values: readonly object[],
    lines: Readonly<Record<string, string>>,
  ) => ({
    width: WIDTH,
    height,
    data: { values },
    mark: { type: 'line', strokeWidth: 1 },
    encoding: {
      x: wavelength,
      y: { field: 'value', type: 'quantitative', title, scale: { zero: false }, axis: { tickCount: 4 } },
      color: {
        field: 'line',
        type: 'nominal',
        title: null,
        scale: { domain: Object.keys(lines), range: Object.values(lines) },
      },
    },
  });
  const { first, second, recast } = example;
  const residual = recast.map((value, i) => value - second[i]);
  return plot({
    vconcat: [
      panel('flux', 110, [...points('star 1', first), ...points('star 2', second)], {
        'star 1': colours.random,
        'star 2': colours.twins,
      }),
      panel('flux', 110, [...points('star 2', second), ...points('1 recast', recast)], {
        'star 2': colours.twins,
        '1 recast': colours.bound,
      }),
      panel('residual', 70, points('1 recast - 2', residual), { '1 recast - 2': '#444' }),
    ],
    resolve: { scale: { color: 'independent' } },
    spacing: 6,
  } as Parameters<typeof plot>[0]);
}

/** Fig. 6: residuals of the same pair under every model. */
export function residualPlot(models: readonly ModelEvaluation[]): Promise<string> {
  const values = models.flatMap(({ recasting, ...rest }) => {
    const example = recasting?.examples[0];
    return (example?.recast ?? []).map((flux, i) => ({
      model: modelName(rest),
      wavelength: example?.wavelength[i],
      residual: flux - (example?.second[i] ?? 0),
    }));
  });
  return plot({
    width: WIDTH,
    height: 180,
    data: { values },
    mark: { type: 'line', strokeWidth: 1 },
    encoding: {
      x: { ...wavelength, title: 'wavelength in vacuum, Å' },
      y: { field: 'residual', type: 'quantitative', title: '1 recast - 2' },
      color: { field: 'model', type: 'nominal', title: null, scale: { range: [...modelColours] } },
    },
  } as Parameters<typeof plot>[0]);
}
