import { type Discard, discard, discardable } from '../../workers/tasks/discard.js';
import { readName } from './argument.js';
import type { Command } from './command.js';

interface Discarding {
  readonly release: string;
  /** Whether it is done; else it is only told. */
  readonly yes: boolean;
}

export const releaseDiscardCommand: Command<Discarding> = {
  name: 'release discard',
  summary:
    'throw away what is staged of a release and was never published; of a draft that is all of it, with the release itself',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .argument('<release>')
      .option('--yes', 'do it; without this the command tells what would go, and ends with code 2', false)
      .addHelpText(
        'after',
        `
Of a published release what it shows stays, and stands again where it was to be replaced: nobody who asks notices. A draft goes
as a whole, and its name is free: a token for it shows nothing of another release that is called so. Latents, abundances, groups
and maps that were made of what goes are deleted with it, and stars that no other release has; models stay. There is no way back but to ingest the files again, which finds none of them known.`,
      );
  },
  request: ([release], { yes }) => ({ release: readName('release', release), yes: yes === true }),
  async run(context, { release, yes }, course) {
    const place = await context.workplace();
    const found = yes ? await discard(place, release, course) : await discardable(place.db, release);
    const { staged, models } = found;
    return {
      exitCode: yes ? 0 : 2,
      text: (yes ? describeDone(found) : describeFound(found)).join('\n'),
      data: { release, state: found.release.state, discarded: yes, ...staged, models },
    };
  },
};

function describeFound(found: Discard): string[] {
  const { name, state, discarding } = found.release;
  return [
    state === 'draft'
      ? `release ${name} is a draft: all of it would go, and the release itself`
      : `release ${name} is ${state}: what is staged of it would go, and nothing else`,
    ...(discarding ? ['this was begun before and not ended: what follows is the rest of it'] : []),
    ...describeRows(found, 'would go'),
    ...describeKept(found, 'would'),
    `nothing is done yet, and there is no way back: npx starkin release discard ${name} --yes`,
  ];
}

function describeDone(found: Discard): string[] {
  const { name, state } = found.release;
  return [
    state === 'draft'
      ? `release ${name}, a draft, is thrown away with all that it held`
      : `what was staged of release ${name} is thrown away`,
    ...describeRows(found, 'went'),
    ...describeKept(found, ''),
    'its files can be ingested again; in the folder of a schedule they will be',
  ];
}

function describeRows({ staged }: Discard, verb: string): string[] {
  const { spectra, stars, groups, estimators, evaluations, analyses } = staged;
  const others = [
    counted(groups, 'group'),
    counted(estimators, 'estimator of abundances', 'estimators of abundances'),
    counted(evaluations, 'evaluation'),
    counted(analyses, 'map or search for groups', 'maps or searches for groups'),
  ].filter((text) => text !== null);
  return [
    `${verb}: ${spectra} spectra of ${stars} stars, with their latents and abundances`,
    ...(others.length ? [`${verb}, too: ${others.join(', ')}`] : []),
  ];
}

function describeKept({ release, staged, models }: Discard, would: string): string[] {
  const stand = would ? 'would stand again' : 'stand again';
  return [
    ...(staged.replaced ? [`${staged.replaced} published spectra that were to be replaced ${stand}`] : []),
    ...(release.revision < release.latest
      ? [`what was published before it was rolled back ${would ? 'would stay' : 'stays'} staged`]
      : []),
    ...(models.length ? [`models that were trained on it ${would ? 'would stay' : 'stay'}: ${models.join(', ')}`] : []),
  ];
}

function counted(count: number, one: string, many = `${one}s`): string | null {
  return count ? `${count} ${count === 1 ? one : many}` : null;
}
