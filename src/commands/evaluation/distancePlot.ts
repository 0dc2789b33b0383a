import type { ModelEvaluation } from '../../../workers/evaluation/results.js';
import type { DistanceHistogram } from '../../science/evaluation/distanceHistogram.js';
import { modelName, noiseName } from './figures.js';
import { colours, plot } from './plot.js';

/** Fig. 2: distances of twins and of random pairs, in units of the mean distance of twins; by the encoder's z and by the project's own distance. */
export function distancePlot(models: readonly ModelEvaluation[]): Promise<string> {
  const values = models.flatMap(({ distances, ...rest }) =>
    distances.flatMap(({ noise, encoder, searched }) => {
      const bars = (distance: string, { edges, twins, random }: DistanceHistogram) =>
        edges.flatMap((edge, i) => {
          const kind = `${distance}, SNR ${noiseName(noise)}`;
          const bar = { model: modelName(rest), kind, edge, end: edge + edges[1] };
          return [
            { ...bar, pair: 'twins', share: 100 * twins[i] },
            { ...bar, pair: 'random pairs', share: 100 * random[i] },
          ];
        });
      return [...bars('encoder z', encoder), ...bars('own distance', searched)];
    }),
  );
  const kinds = [...new Set(values.map(({ kind }) => kind))];
  return plot({
    data: { values },
    facet: {
      row: {
        field: 'model',
        type: 'nominal',
        title: null,
        header: { labelExpr: "split(datum.label, ': ')", labelLimit: 400 },
      },
      column: { field: 'kind', type: 'nominal', title: null, sort: kinds },
    },
    spec: {
      width: 180,
      height: 180,
      mark: { type: 'bar', opacity: 0.6, binSpacing: 0 },
      encoding: {
        x: {
          field: 'edge',
          type: 'quantitative',
          bin: { binned: true },
          title: 'distance / mean distance of twins',
        },
        x2: { field: 'end' },
        y: { field: 'share', type: 'quantitative', title: '% per bin', stack: null },
        color: {
          field: 'pair',
          type: 'nominal',
          title: null,
          scale: { domain: ['twins', 'random pairs'], range: [colours.twins, colours.random] },
        },
      },
    },
    resolve: { scale: { x: 'independent', y: 'independent' } },
  } as Parameters<typeof plot>[0]);
}
