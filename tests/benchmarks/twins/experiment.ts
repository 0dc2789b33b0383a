import type { Evaluation, ModelEvaluation } from '../../../workers/evaluation/results.js';
import { Stages } from './stages.js';

/** Sizes and seeds of an experiment. Seeds make different stars, whatever the sizes. */
export interface Design {
  readonly name: string;
  readonly trainingPairs: number;
  readonly trainingSeed: number;
  readonly pairs: number;
  readonly seed: number;
  /** Test stars whose twins are looked for among all others. */
  readonly queries: number;
  /** Epochs of the adversarial method; null: the preset's. */
  readonly epochs: number | null;
}

/** Errors of the catalogue, on every star of training and test alike. */
const catalogue = ['--teff-error', '50', '--logg-error', '0.08'];

/** What is trained on what, and judged on what. */
const models = {
  exact: {
    training: 'training',
    set: 'pairs',
    method: 'faderdis',
    parameters: 'teff,logg',
    parts: 'recovery,bound,recasting,faults',
  },
  wrong: {
    training: 'training-wrong',
    set: 'pairs-wrong',
    method: 'faderdis',
    parameters: 'teff,logg',
    parts: 'recovery,bound',
  },
  feh: {
    training: 'training',
    set: 'pairs',
    method: 'faderdis',
    parameters: 'teff,logg,feh',
    parts: 'recovery,bound,recasting',
  },
  polydis: { training: 'training', set: 'pairs', method: 'polydis', parameters: 'teff,logg,feh', parts: 'recasting' },
} as const;
export type ModelName = keyof typeof models;

/** Simulates, trains and evaluates, from nothing, by the command line: every model's evaluation. */
export async function experiment(design: Design): Promise<Readonly<Record<ModelName, ModelEvaluation>>> {
  const stages = await Stages.in(design.name);
  const simulate = (name: string, pairs: number, seed: number, snr: string, errors: readonly string[]) =>
    stages.run(`simulate-${name}`, [
      ...['simulate', '--pairs', String(pairs), '--seed', String(seed), '--snr', snr],
      ...errors,
      ...['--out', stages.path(`${name}.h5`)],
    ]);
  for (const [suffix, errors] of [
    ['', []],
    ['-wrong', catalogue],
  ] as const) {
    await simulate(`training${suffix}`, design.trainingPairs, design.trainingSeed, '100', errors);
    await simulate(`pairs${suffix}`, design.pairs, design.seed, 'none', errors);
  }
  // Side by side, each in an archive of its own: a compact network trains on one core.
  const names = Object.keys(models) as ModelName[];
  const evaluations = await Promise.all(names.map((name) => trainAndEvaluate(stages, design, name)));
  return Object.fromEntries(names.map((name, i) => [name, evaluations[i]])) as Record<ModelName, ModelEvaluation>;
}

async function trainAndEvaluate(
  stages: Stages,
  { epochs, queries }: Design,
  name: ModelName,
): Promise<ModelEvaluation> {
  const { training, method, parameters, parts, set } = models[name];
  const run = <T>(stage: string, args: readonly string[]) => stages.run<T>(`${stage}-${name}`, args, `archive-${name}`);
  await run('ingest', ['ingest', '--release', 'stars', '--format', 'hdf5', stages.path(`${training}.h5`)]);
  const { model } = await run<{ readonly model: string }>('train', [
    ...['train', '--release', 'stars', '--method', method, '--preset', 'compact', '--parameters', parameters],
    ...(epochs !== null && method !== 'polydis' ? ['--epochs', String(epochs)] : []),
    '--resume',
  ]);
  const evaluation = await run<Evaluation>('evaluate', [
    ...['evaluate', '--model', model, '--pairs', stages.path(`${set}.h5`), '--parts', parts],
    ...['--queries', String(queries)],
    ...['--out', stages.path(`evaluation-${name}`)],
  ]);
  return evaluation.sets[0].models[0];
}
