import { type PublishRequest, type PublishSummary, publish } from '../../workers/tasks/publish.js';
import { rollBack } from '../../workers/tasks/rollBack.js';
import { InputError } from '../domain/errors.js';
import { findRelease, listReleases, withdraw } from '../storage/dataRelease.js';
import { countSpectra } from '../storage/spectrumScan.js';
import { readName } from './argument.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';
import { table } from './table.js';

type Named = { readonly release: string };
const named = (positional: readonly string[]): Named => ({ release: readName('release', positional[0]) });

type Publication = Required<PublishRequest> & {
  readonly detach: boolean;
  /** To those alone whose token names it; null: as it was. */
  readonly proprietary: boolean | null;
};

export const releasePublishCommand: Command<Publication> = {
  name: 'release publish',
  summary: 'encode what is missing of a release under the served model, check it, and make it visible',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .argument('<release>')
      .option('--proprietary', 'to those alone whose token names it (npx starkin token create --read)', false)
      .option('--public', 'to everybody, if it was proprietary', false)
      .option('--train', 'train a model on it first, like the served one, and serve that from now on', false)
      .option('--warm', 'the same, but go on from the weights of the served one, in a fifth of the passes', false)
      .option('--force', 'publish it whatever its checks say (settings under check)', false);
    declareDetach(declaration);
  },
  request(positional, options) {
    if (options.proprietary && options.public)
      throw new InputError('--public and --proprietary', 'one of them', 'both');
    const proprietary = options.proprietary ? true : options.public ? false : null;
    const asked = (name: string) => options[name] === true;
    return {
      ...named(positional),
      proprietary,
      train: asked('warm') ? 'warm' : asked('train'),
      force: asked('force'),
      detach: asked('detach'),
    };
  },
  async run(context, { detach, ...request }, course) {
    const place = await context.workplace();
    if (detach) return runDetached(context, 'publish', { ...request });
    const summary = await publish(place, request, course);
    return { exitCode: 0, text: describe(summary), data: summary };
  },
};

function describe({ release, spectra, encoded, model, checks, formerModel }: PublishSummary): string {
  const { withoutLatent, revised, leakageBits, latentDrift, twinOverlap } = checks;
  const figures = [
    `${(100 * withoutLatent).toFixed(1)} % of the stars without a latent`,
    ...(revised ? [`${revised} stars with another spectrum`] : []),
    ...(leakageBits === null ? [] : [`leakage ${leakageBits.toFixed(2)} bits`]),
    ...(latentDrift === null ? [] : [`latent drift ${latentDrift.toFixed(2)}`]),
    ...(twinOverlap === null ? [] : [`twin lists ${(100 * twinOverlap).toFixed(0)} % the same`]),
  ];
  const audience = release.proprietary ? ' to those whose token names it' : '';
  return [
    `release ${release.name} is published${audience}: revision ${release.revision}, ${spectra} spectra, ${encoded} encoded now, under ${model}`,
    `checks: ${figures.join(', ')}`,
    ...(revised ? [`back to the former spectra: npx starkin release rollback ${release.name}`] : []),
    ...(formerModel ? [`back to the former model: npx starkin promote --model ${formerModel}`] : []),
  ].join('\n');
}

export const releaseWithdrawCommand: Command<Named> = {
  name: 'release withdraw',
  summary: 'make a published release invisible; its spectra stay stored',
  archive: 'existing',
  exclusive: true,
  declare: (declaration) => void declaration.argument('<release>'),
  request: named,
  async run(context, { release }) {
    const { db } = await context.workplace();
    await withdraw(db, (await findRelease(db, release)).id);
    return { exitCode: 0, text: `release ${release} is withdrawn`, data: await findRelease(db, release) };
  },
};

export const releaseRollbackCommand: Command<Named> = {
  name: 'release rollback',
  summary: 'show a published release as it was before its spectra last changed; what came since is staged again',
  archive: 'existing',
  exclusive: true,
  declare: (declaration) => void declaration.argument('<release>'),
  request: named,
  async run(context, { release: name }, course) {
    const summary = await rollBack(await context.workplace(), name, course);
    const text = [
      `release ${name} is seen as in revision ${summary.release.revision} again, not ${summary.from}`,
      `what came since is staged, and a schedule leaves it there: npx starkin release publish ${name} shows it`,
    ];
    return { exitCode: 0, text: text.join('\n'), data: summary };
  },
};

export const releaseListCommand: Command<Record<string, never>> = {
  name: 'release list',
  summary: 'list the releases with their state',
  archive: 'existing',
  exclusive: false,
  declare: () => {},
  request: () => ({}),
  async run(context) {
    const { db } = await context.workplace();
    const data = await Promise.all(
      (await listReleases(db)).map(async (release) => ({
        ...release,
        spectra: await countSpectra(db, release.id),
        staged: await countSpectra(db, release.id, { visits: true, staged: true }),
      })),
    );
    const rows = data.map(({ name, state, proprietary, revision, latest, discarding, simulated, spectra, staged }) => [
      name,
      state,
      String(revision),
      String(spectra),
      String(staged),
      [
        ...(discarding ? ['being discarded'] : []),
        ...(revision < latest ? [`rolled back from revision ${latest}`] : []),
        ...(proprietary ? ['proprietary'] : []),
        ...(simulated ? ['simulated'] : []),
      ].join(', '),
    ]);
    return { exitCode: 0, text: table(['release', 'state', 'revision', 'spectra', 'staged', ''], rows), data };
  },
};
