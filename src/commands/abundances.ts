import { resolve } from 'node:path';
import {
  type TrainAbundancesRequest,
  type TrainAbundancesSummary,
  trainAbundances,
} from '../../workers/tasks/trainAbundances.js';
import { abundanceMethods } from '../domain/abundance.js';
import { InputError } from '../domain/errors.js';
import { readInteger, readName } from './argument.js';
import type { Command } from './command.js';
import { table } from './table.js';

export const abundancesTrainCommand: Command<TrainAbundancesRequest> = {
  name: 'abundances train',
  summary: 'learn abundances with errors from stars that have them, and give them to every star of a model',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'the release of the stars to learn from')
      .option('--labels <file>', 'abundances of its stars: CSV, Parquet or FITS with columns such as FE_H and MG_FE')
      .option('--truth', 'learn from what a simulation knows of its stars')
      .option('--method <name>', `${abundanceMethods.join(' or ')} (default: both)`)
      .option('--model <id>', 'the model (default: the served one)')
      .option('--seed <n>', 'of the split of the stars and of the networks', '1');
  },
  request(_, { release, labels, truth, method, model, seed }) {
    if (labels !== undefined && truth === true)
      throw new InputError('--truth', 'either --labels or --truth', 'both', 'leave one of them out');
    const methods: readonly string[] = abundanceMethods;
    if (method !== undefined && !methods.includes(String(method)))
      throw new InputError('--method', methods.join(' or '), method);
    return {
      release: readName('--release', release),
      labels: labels === undefined ? null : resolve(String(labels)),
      truth: truth === true,
      methods: method === undefined ? methods.toReversed() : [String(method)],
      model: model === undefined ? null : String(model),
      seed: readInteger('--seed', seed, 0),
    };
  },
  async run(context, request, course) {
    const summary = await trainAbundances(await context.workplace(), request, course);
    const { unknown, refused, leftOut } = summary.reference;
    return { exitCode: unknown || refused || leftOut.length ? 1 : 0, text: describe(summary), data: summary };
  },
};

/** Ids and values shown; --json has up to 1000. */
const SHOWN = 10;

function describe({ release, model, estimators, reference, estimated }: TrainAbundancesSummary): string {
  const first = (all: readonly string[]) => `${all.slice(0, SHOWN).join(', ')}${all.length > SHOWN ? ', …' : ''}`;
  const { stars, withoutLatent, extrapolated, unknown, unknownIds, flagged, refused, refusals, leftOut } = reference;
  const notes: [number, string][] = [
    [withoutLatent, 'stars have no latent under the model'],
    [extrapolated, "stars lie outside the model's training range and are not learnt from"],
    [unknown, `rows are of stars that the release does not have: ${first(unknownIds)}`],
    [flagged, 'values are flagged by the survey and left out'],
    [refused, `values or ids cannot be used: ${first(refusals)}`],
  ];
  return [
    ...estimators.map(({ id, already }) => `${id}${already ? ' (made before from the same)' : ''}`),
    `${stars} stars of ${release} with known abundances, under ${model}`,
    ...notes.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
    ...leftOut.map(({ element, reason }) => `  ${element} is left out: ${reason}`),
    ...estimators.map(
      ({ method, figures }) =>
        `${method}\n${table(
          ['element', 'stars', 'scatter, dex', 'held-out RMSE, dex', 'own lines explain, %', 'reliable from SNR'],
          figures.map(({ element, trained, scatter, rmse, gain, minimumSnr }) => [
            element,
            String(trained),
            scatter.toFixed(3),
            rmse.toFixed(4),
            (100 * Math.max(0, gain)).toFixed(1),
            minimumSnr === null ? 'never' : String(minimumSnr),
          ]),
        )}`,
    ),
    `${estimated} estimates of stars were stored`,
  ].join('\n');
}
