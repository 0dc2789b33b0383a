import { resolve } from 'node:path';
import {
  type CalibrateRequest,
  type CalibrateSummary,
  calibrate,
  describeRefused,
} from '../../workers/tasks/calibrate.js';
import type { Command } from './command.js';
import { table } from './table.js';

export const calibrateCommand: Command<CalibrateRequest> = {
  name: 'calibrate',
  summary: 'calibrate the distance of a model on known siblings (open clusters, wide binaries), as a new model',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption(
        '--siblings <file>',
        'a CSV file with the columns cluster and star: siblings that differ in Teff or log g',
      )
      .option('--model <id>', 'the model to start from (default: the served one)');
  },
  request(_, { siblings, model }) {
    return { siblings: resolve(String(siblings)), model: model === undefined ? null : String(model) };
  },
  async run(context, request, course) {
    const summary = await calibrate(await context.workplace(), request, course);
    const { badLines, unknown, ambiguous, withoutLatent, inSeveralClusters } = summary.refused;
    const failed = [badLines, unknown, ambiguous, withoutLatent, inSeveralClusters].some((names) => names.length > 0);
    return { exitCode: summary.model === null ? 2 : failed ? 1 : 0, text: describe(summary), data: summary };
  },
};

function describe(summary: CalibrateSummary): string {
  const { from, model, clusters, stars, weights, likelihoodGain, before, after, refused, latents, promoted } = summary;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = [
    `${stars} siblings in ${clusters} clusters, ${summary.contrasts} independent differences; ${describeRefused(refused, 20)}`,
    `weight of the siblings, by cross-validation over clusters: W ${weights.scatter}, W0 ${weights.inconsistency}; gain of a held-out difference: ${likelihoodGain.toFixed(3)} nats`,
    table(
      ['siblings left out of the fit', 'before', 'after'],
      [
        ['nearest star is a sibling', percent(before.nearest), percent(after.nearest)],
        ['first by Bayes factor is a sibling', percent(before.first), percent(after.first)],
        ['log probability of the siblings', before.logProbability.toFixed(3), after.logProbability.toFixed(3)],
      ],
    ),
  ];
  if (model === null)
    return [...lines, `the siblings bring no gain: nothing is stored, ${from} stays as it is`].join('\n');
  const next = promoted ? 'it is the served model now' : `next: npx starkin promote --model ${model}`;
  return [model, ...lines, `${latents} latents of ${from} were moved to it`, next].join('\n');
}
