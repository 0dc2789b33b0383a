import type { ModelEvaluation, OrderFigures } from '../../../workers/evaluation/results.js';
import { modelName, noiseName } from './figures.js';
import { colours, plot } from './plot.js';

const orders = {
  encoder: 'encoder z, z-scored L2',
  searched: 'own distance',
  reranked: 're-ranked',
  bound: 'best possible',
} as const;
type Order = keyof typeof orders;
const orderNames = Object.keys(orders) as Order[];
const colourScale = { domain: Object.values(orders), range: orderNames.map((order) => colours[order]) };

/** Recovery against SNR, a panel for each model, with the standard errors. */
export function recoveryPlot(models: readonly ModelEvaluation[]): Promise<string> {
  const values = models.flatMap(({ recovery, ...rest }) =>
    recovery.flatMap((row) =>
      orderNames.flatMap((order) => {
        const share = row[order]?.recovered;
        if (!share) return [];
        const [value, error] = [100 * share.value, 100 * share.error];
        return [
          {
            model: modelName(rest),
            order: orders[order],
            snr: noiseName(row.noise),
            value,
            low: value - error,
            high: value + error,
          },
        ];
      }),
    ),
  );
  const x = {
    field: 'snr',
    type: 'ordinal',
    title: 'SNR per pixel',
    sort: ['none', '100', '50', '30', '20', '20 to 200', 'as it came'],
    axis: { labelAngle: 0 },
  } as const;
  const color = { field: 'order', type: 'nominal', scale: colourScale, title: null } as const;
  const y = { field: 'value', type: 'quantitative', title: 'true twin first, %', scale: { domain: [0, 100] } } as const;
  return plot({
    data: { values },
    facet: { field: 'model', type: 'nominal', title: null },
    columns: 3,
    spec: {
      width: 260,
      height: 220,
      layer: [
        {
          // Not joined to the others: it is no step further down.
          transform: [{ filter: "datum.snr !== '20 to 200'" }],
          mark: { type: 'line', strokeWidth: 1.5, opacity: 0.5 },
          encoding: { x, y, color },
        },
        { mark: { type: 'point', filled: true, size: 45, opacity: 1 }, encoding: { x, y, color } },
        {
          mark: { type: 'rule' },
          encoding: { x, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' }, color },
        },
      ],
    },
  } as Parameters<typeof plot>[0]);
}

/** Fig. 3: share of stars with at most so many false twins; solid lines are re-ranked, dashed ones the encoder's plain L2. */
export function doppelgangerPlot(models: readonly ModelEvaluation[]): Promise<string> {
  const values = models.flatMap(({ recovery, ...rest }) =>
    recovery.flatMap((row) => {
      const curve = (order: string, { curve: { falseTwins, share } }: OrderFigures) =>
        // A logarithmic axis has no 0: the y-intercept stands at .5.
        falseTwins.map((n, i) => ({
          model: modelName(rest),
          order,
          snr: noiseName(row.noise),
          n: Math.max(n, 0.5),
          share: 100 * share[i],
        }));
      return [...curve('re-ranked', row.reranked), ...curve('encoder z', row.encoder)];
    }),
  );
  return plot({
    data: { values },
    facet: { field: 'model', type: 'nominal', title: null },
    columns: 3,
    spec: {
      width: 260,
      height: 240,
      mark: { type: 'line', strokeWidth: 1.5 },
      encoding: {
        x: {
          field: 'n',
          type: 'quantitative',
          scale: { type: 'log', domain: [0.5, 1000], clamp: true },
          title: 'false twins (left edge: none)',
          axis: { values: [1, 10, 100, 1000] },
        },
        y: {
          field: 'share',
          type: 'quantitative',
          title: 'stars with at most as many, %',
          scale: { domain: [0, 100] },
        },
        color: {
          field: 'snr',
          type: 'ordinal',
          title: 'SNR',
          sort: ['none', '100', '50', '30', '20', '20 to 200'],
          scale: { range: ['#000000', '#0072B2', '#009E73', '#E69F00', '#D55E00', '#CC79A7'] },
        },
        strokeDash: { field: 'order', type: 'nominal', title: 'order', sort: ['re-ranked', 'encoder z'] },
      },
    },
  } as Parameters<typeof plot>[0]);
}
