import type { AbundanceEvaluation, ModelEvaluation } from '../../../workers/evaluation/results.js';
import { abundanceName } from '../../domain/abundance.js';
import { modelName } from './figures.js';
import { modelColours, plot } from './plot.js';

/** Fig. 4 in one look: the error of a linear map for each element, as a share of how far the element itself scatters. */
export function abundanceErrorPlot(models: readonly ModelEvaluation[]): Promise<string> {
  const values = models.flatMap(({ abundances, ...rest }) =>
    (abundances ?? []).map(({ element, rmse, sigma }, order) => ({
      model: modelName(rest),
      element,
      order,
      share: rmse / sigma,
    })),
  );
  return errorShares(values, 'model');
}

/** Both estimators of one model, element by element. */
export function estimatorPlot({ figure }: AbundanceEvaluation): Promise<string> {
  const values = figure.flatMap(({ element, scatter, linear, nonlinear }, order) => [
    { element, order, estimator: 'linear', share: linear / scatter },
    { element, order, estimator: 'non-linear', share: nonlinear / scatter },
  ]);
  return errorShares(values, 'estimator');
}

/** Fig. 4 of one model: estimated against true abundances, element by element. */
export function abundancePlot({ abundances }: ModelEvaluation): Promise<string> {
  const values = (abundances ?? []).flatMap(({ element, rmse, sample }, order) =>
    sample.truth.map((truth, i) => ({
      order,
      panel: `${abundanceName(element)}  ±${rmse.toFixed(3).replace(/^0/, '')}`,
      truth,
      estimate: sample.estimate[i],
    })),
  );
  return plot({
    data: { values },
    facet: { field: 'panel', type: 'nominal', title: null, sort: { field: 'order', op: 'min' } },
    columns: 6,
    spec: {
      width: 120,
      height: 120,
      layer: [
        {
          mark: { type: 'point', filled: true, size: 8, opacity: 0.5, color: modelColours[0] },
          encoding: {
            x: { field: 'truth', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 3 } },
            y: { field: 'estimate', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 3 } },
          },
        },
        {
          mark: { type: 'line', color: '#888', strokeWidth: 1 },
          encoding: { x: { field: 'truth', type: 'quantitative' }, y: { field: 'truth', type: 'quantitative' } },
        },
      ],
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spacing: 12,
  } as Parameters<typeof plot>[0]);
}

/** @param colour what the points of an element are told apart by */
function errorShares(
  values: readonly { readonly element: string; readonly order: number; readonly share: number }[],
  colour: 'model' | 'estimator',
): Promise<string> {
  return plot({
    width: 760,
    height: 220,
    data: { values: [...values] },
    mark: { type: 'point', filled: true, size: 60, opacity: 0.9 },
    encoding: {
      x: {
        field: 'element',
        type: 'nominal',
        sort: { field: 'order' },
        title: null,
        axis: { labelAngle: 0, grid: true },
      },
      y: { field: 'share', type: 'quantitative', title: 'RMSE / scatter of the population', scale: { domainMin: 0 } },
      color: { field: colour, type: 'nominal', title: null, scale: { range: [...modelColours] } },
    },
  } as Parameters<typeof plot>[0]);
}
