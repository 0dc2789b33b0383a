import type { AbundanceEvaluation, ModelEvaluation } from '../../../workers/evaluation/results.js';
import { abundanceName } from '../../domain/abundance.js';
import type { Coverage } from '../../science/evaluation/abundanceCoverage.js';
import { modelName, noiseName } from './figures.js';
import { colours, modelColours, plot } from './plot.js';

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

/** Fig. 4 as the paper has it: both estimates of each element against the truth, for stars that neither estimator has seen. */
export function estimatesPlot({ figure }: AbundanceEvaluation): Promise<string> {
  const values = figure.flatMap(({ element, linear, nonlinear, sample }, order) => {
    const panel = `${abundanceName(element)}  ±${short(linear)} / ${short(nonlinear)}`;
    return sample.truth.flatMap((truth, i) => [
      { order, panel, truth, estimate: sample.linear[i], estimator: 'linear' },
      { order, panel, truth, estimate: sample.nonlinear[i], estimator: 'non-linear' },
    ]);
  });
  return scatterPanels(values, { field: 'estimator', type: 'nominal', title: null, scale: estimatorColours });
}

/** Fig. 4 of one model: estimated against true abundances, element by element. */
export function abundancePlot({ abundances }: ModelEvaluation): Promise<string> {
  const values = (abundances ?? []).flatMap(({ element, rmse, sample }, order) =>
    sample.truth.map((truth, i) => ({
      order,
      panel: `${abundanceName(element)}  ±${short(rmse)}`,
      truth,
      estimate: sample.estimate[i],
    })),
  );
  return scatterPanels(values, { value: modelColours[0] });
}

/** How often the truth lies in the intervals: every species and third of Teff at every level of noise, with the marks. */
export function coveragePlot({ elements, coverage }: AbundanceEvaluation): Promise<string> {
  const values = coverage.flatMap(({ noise, method, species }) =>
    species.flatMap((own, s) =>
      levels.flatMap(({ name, of, low, high }) =>
        [own, ...own.thirds].map((part, i) => ({
          panel: `${name}, ${method === 'linear' ? 'linear' : 'non-linear'}`,
          element: elements[s],
          snr: noiseName(noise),
          stars: i === 0 ? 'all stars' : 'a third of Teff',
          share: 100 * of(part),
          low,
          high,
        })),
      ),
    ),
  );
  return plot({
    data: { values },
    facet: { field: 'panel', type: 'nominal', title: null },
    columns: 2,
    spec: {
      width: 360,
      height: 180,
      layer: [
        {
          mark: { type: 'rect', color: '#e8e8e8' },
          encoding: {
            y: { aggregate: 'min', field: 'low', type: 'quantitative' },
            y2: { aggregate: 'max', field: 'high' },
          },
        },
        {
          mark: { type: 'point', filled: true, opacity: 0.6 },
          encoding: {
            x: coverageX,
            xOffset: { field: 'element', type: 'nominal', sort: [...elements] },
            y: {
              field: 'share',
              type: 'quantitative',
              title: 'truth within, %',
              scale: { zero: false },
            },
            color: {
              field: 'stars',
              type: 'nominal',
              title: null,
              scale: { domain: ['a third of Teff', 'all stars'], range: [colours.encoder, colours.reranked] },
            },
            size: { condition: { test: "datum.stars === 'all stars'", value: 26 }, value: 8 },
          },
        },
      ],
    },
    resolve: { scale: { y: 'independent' } },
  } as Parameters<typeof plot>[0]);
}

/** The two intervals, in the words of the panels, with the marks that they are held to. */
const levels = [
  { name: 'interval of 68 %', of: ({ within68 }: Coverage) => within68, low: 65, high: 71 },
  { name: 'interval of 95 %', of: ({ within95 }: Coverage) => within95, low: 93.5, high: 96.5 },
] as const;
const coverageX = {
  field: 'snr',
  type: 'ordinal',
  title: 'SNR per pixel',
  sort: ['200', '100', '50', '30', '20'],
  axis: { labelAngle: 0 },
} as const;
const estimatorColours = { domain: ['linear', 'non-linear'], range: [modelColours[0], modelColours[1]] };

function short(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}

/** @param color of the points: an encoding */
function scatterPanels(
  values: readonly { readonly order: number; readonly panel: string; readonly truth: number }[],
  color: object,
): Promise<string> {
  return plot({
    data: { values: [...values] },
    facet: { field: 'panel', type: 'nominal', title: null, sort: { field: 'order', op: 'min' } },
    columns: 6,
    spec: {
      width: 120,
      height: 120,
      layer: [
        {
          mark: { type: 'point', filled: true, size: 8, opacity: 0.5 },
          encoding: {
            x: { field: 'truth', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 3 } },
            y: { field: 'estimate', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 3 } },
            color,
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
