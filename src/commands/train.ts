import { train } from '../../workers/tasks/train.js';
import type { TrainRequest } from '../../workers/trainingStart.js';
import { InputError } from '../domain/errors.js';
import { methods } from '../science/models/registry.js';
import type { Tuning } from '../science/models/tuning.js';
import { readFraction, readInteger, readName, readParameters } from './argument.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';
import { table } from './table.js';

type Request = TrainRequest & { readonly detach: boolean };

export const trainCommand: Command<Request> = {
  name: 'train',
  summary: 'train a model on the combined spectra of a release, and print its id',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'the release whose spectra to learn from')
      .option('--method <method>', methods.map(({ name, description }) => `${name}: ${description}`).join('; '))
      .option(
        '--preset <preset>',
        `settings: ${[...new Set(methods.flatMap(({ presets }) => Object.keys(presets)))].join(', ')} (default: compact)`,
      )
      .option(
        '--parameters <names>',
        'the parameters to remove: teff,logg or teff,logg,feh (default: with feh, unless the release is simulated)',
      )
      .option('--from <model>', 'go on from the weights of this model, with its method, preset and parameters')
      .option('--epochs <n>', 'passes over the spectra (default: the preset’s, a fifth of them after --from)')
      .option('--keep-networks', 'with --from: fit only what follows the networks, in minutes', false)
      .option(
        '--continuum-error <fraction>',
        'how wrong continua are, root mean square: .01 for 1 % (default: setting train.continuumError, which is .01 unless the release is simulated; or that of the model in --from)',
      )
      .option('--seed <n>', 'seed of weights, noise and order (default: setting train.seed)')
      .option('--tune', 'choose lambda first, by short runs, without labels; the report comes with the model', false)
      .option('--resume', 'go on from the checkpoint of the same training, if one was left', false);
    declareDetach(declaration);
  },
  request(_, { release, method, preset, parameters, from, epochs, seed, tune, resume, detach, ...rest }) {
    if (from === undefined && method === undefined)
      throw new InputError('--method', `one of ${methods.map(({ name }) => name).join(', ')}`, 'none');
    const others = { method, preset, parameters, tune: tune === true || undefined };
    const other = Object.entries(others).find(([, value]) => value !== undefined);
    if (from !== undefined && other)
      throw new InputError(
        `--from and --${other[0]}`,
        'one of them, since the model tells method, preset and parameters',
        'both',
      );
    const { keepNetworks, continuumError } = rest;
    if (keepNetworks === true && (from === undefined || epochs !== undefined))
      throw new InputError(
        '--keep-networks',
        '--from MODEL without --epochs, since the networks learn nothing',
        from === undefined ? 'no --from' : '--epochs',
      );
    return {
      release: readName('--release', release),
      method: method === undefined ? null : String(method),
      ...(preset !== undefined && { preset: String(preset) }),
      from: from === undefined ? null : readName('--from', from),
      parameters: parameters === undefined ? null : readParameters('--parameters', parameters),
      seed: seed === undefined ? null : readInteger('--seed', seed, 0),
      settings: {
        ...(epochs !== undefined && { epochs: readInteger('--epochs', epochs, 1) }),
        ...(continuumError !== undefined && { continuumError: readFraction('--continuum-error', continuumError, 0.2) }),
      },
      ...(keepNetworks === true && { keepNetworks: true }),
      tune: tune === true,
      resume: resume === true,
      detach: detach === true,
    };
  },
  async run(context, { detach, ...request }, course) {
    if (detach) return runDetached(context, 'train', request);
    const summary = await train(await context.workplace(), request, course);
    const metrics = Object.entries(summary.metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
    const next = summary.promoted
      ? 'it is the served model now'
      : `to serve it: npx starkin encode --release ${request.release} --model ${summary.model}, then npx starkin promote --model ${summary.model}`;
    return {
      exitCode: 0,
      text: [
        summary.model,
        `trained on ${summary.spectra} spectra: ${metrics.join(', ')}`,
        ...(summary.tuning ? [describeTuning(summary.tuning)] : []),
        next,
      ].join('\n'),
      data: summary,
    };
  },
};

/** The trials side by side, and why one was chosen. */
export function describeTuning({ criterion, share, trials, chosen }: Tuning): string {
  const figure = (value: number | undefined, digits: number) => value?.toFixed(digits) ?? 'diverged';
  const rows = trials.map(({ lambda, figures }) => [
    String(lambda),
    figure(figures?.reconstruction, 2),
    figure(figures?.leakageBits, 2),
    figure(figures?.objective, 3),
    lambda === chosen ? 'chosen' : '',
  ]);
  return [
    `lambda by trials of ${100 * share} % of the run; ${criterion}:`,
    table(['lambda', 'held-out chi²', 'leakage, bits', 'objective', ''], rows),
  ].join('\n');
}
