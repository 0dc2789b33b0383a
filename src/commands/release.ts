import { publish } from '../../workers/tasks/publish.js';
import { InputError } from '../domain/errors.js';
import { findRelease, listReleases, setProprietary, withdraw } from '../storage/dataRelease.js';
import { countSpectra } from '../storage/spectrum.js';
import { readName } from './argument.js';
import type { Command } from './command.js';
import { table } from './table.js';

type Named = { readonly release: string };
const named = (positional: readonly string[]): Named => ({ release: readName('release', positional[0]) });

type Publication = Named & {
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
      .option('--public', 'to everybody, if it was proprietary', false);
  },
  request(positional, options) {
    if (options.proprietary && options.public) throw new InputError('--public', 'not beside --proprietary', 'both');
    const proprietary = options.proprietary ? true : options.public ? false : null;
    return { ...named(positional), proprietary };
  },
  async run(context, { release, proprietary }, course) {
    const place = await context.workplace();
    // Before it is visible; the mark stays when the publication fails.
    if (proprietary !== null) await setProprietary(place.db, (await findRelease(place.db, release)).id, proprietary);
    const summary = await publish(place, release, course);
    const text = `release ${release} is published${summary.release.proprietary ? ' to those whose token names it' : ''}: revision ${summary.release.revision}, ${summary.spectra} spectra, ${summary.encoded} encoded now, under ${summary.model}`;
    return { exitCode: 0, text, data: summary };
  },
};

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
      (await listReleases(db)).map(async (release) => ({ ...release, spectra: await countSpectra(db, release.id) })),
    );
    const rows = data.map(({ name, state, proprietary, revision, simulated, spectra }) => [
      name,
      state,
      String(revision),
      String(spectra),
      [...(proprietary ? ['proprietary'] : []), ...(simulated ? ['simulated'] : [])].join(', '),
    ]);
    return { exitCode: 0, text: table(['release', 'state', 'revision', 'spectra', ''], rows), data };
  },
};
