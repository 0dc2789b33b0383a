import { type TrainRequest, train } from '../../workers/tasks/train.js';
import { methods } from '../science/models/registry.js';
import { readInteger, readName, readParameters } from './argument.js';
import type { Command } from './command.js';

export const trainCommand: Command<TrainRequest> = {
  name: 'train',
  summary: 'train a model on the combined spectra of a release, and print its id',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'the release whose spectra to learn from')
      .requiredOption('--method <method>', methods.map(({ name, description }) => `${name}: ${description}`).join('; '))
      .option(
        '--preset <preset>',
        `settings: ${[...new Set(methods.flatMap(({ presets }) => Object.keys(presets)))].join(', ')}`,
        'compact',
      )
      .option(
        '--parameters <names>',
        'the parameters to remove: teff,logg or teff,logg,feh (default: with feh, unless the release is simulated)',
      )
      .option('--epochs <n>', 'passes over the spectra (default: the preset’s)')
      .option('--seed <n>', 'seed of weights, noise and order (default: setting train.seed)')
      .option('--resume', 'go on from the checkpoint of the same training, if one was left', false);
  },
  request(_, { release, method, preset, parameters, epochs, seed, resume }) {
    return {
      release: readName('--release', release),
      method: String(method),
      preset: String(preset),
      parameters: parameters === undefined ? null : readParameters('--parameters', parameters),
      seed: seed === undefined ? null : readInteger('--seed', seed, 0),
      settings: epochs === undefined ? {} : { epochs: readInteger('--epochs', epochs, 1) },
      resume: resume === true,
    };
  },
  async run(context, request, course) {
    const summary = await train(await context.workplace(), request, course);
    const metrics = Object.entries(summary.metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
    const next = summary.promoted
      ? 'it is the served model now'
      : `to serve it: npx starkin encode --release ${request.release} --model ${summary.model}, then npx starkin promote --model ${summary.model}`;
    return {
      exitCode: 0,
      text: [summary.model, `trained on ${summary.spectra} spectra: ${metrics.join(', ')}`, next].join('\n'),
      data: summary,
    };
  },
};
