import { resolve } from 'node:path';
import { type FindGroupsRequest, findGroups, groupMethods } from '../../workers/tasks/findGroups.js';
import { type ImportGroupsRequest, type ImportGroupsSummary, importGroups } from '../../workers/tasks/importGroups.js';
import { InputError } from '../domain/errors.js';
import { type GroupSelection, loadGroups } from '../storage/starGroup.js';
import { readView } from '../storage/view.js';
import { readInteger, readName } from './argument.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';
import { table } from './table.js';

export const groupsFindCommand: Command<FindGroupsRequest & { readonly detach: boolean }> = {
  name: 'groups find',
  summary:
    'look for groups of kin among the published stars: over-densities in latent space, held against shuffled stars',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .option('--method <name>', `how: ${groupMethods.join(' or ')}`, 'hdbscan')
      .option('--min-members <n>', 'fewest stars of a group (default: setting groups.leastMembers)')
      .option('--model <id>', 'the model whose latent space it is (default: the served one)')
      .option(
        '--release <name>',
        'a draft or proprietary release whose stars are searched along with the published ones; its groups are shown to those alone who see it',
      );
    declareDetach(declaration);
  },
  request: (_, { method, minMembers, model, release, detach }) => ({
    method: oneOf('--method', groupMethods, method),
    minMembers: minMembers === undefined ? null : readInteger('--min-members', minMembers, 2),
    model: model === undefined ? null : String(model),
    release: release === undefined ? null : readName('--release', release),
    detach: detach === true,
  }),
  async run(context, { detach, ...request }, course) {
    if (detach) return runDetached(context, 'groups', { ...request });
    const summary = await findGroups(await context.workplace(), request, course);
    const { model, method, releases, stars, groups, members, found, byChance, already } = summary;
    const text = [
      `${groups} groups with ${members} of ${stars} stars of ${releases.join(', ')}, by ${method} under ${model}${already ? ' (of the same stars and settings as before)' : ''}`,
      `${found} were found in all; shuffled stars show ${byChance.toFixed(1)} on average`,
    ];
    return { exitCode: 0, text: text.join('\n'), data: summary };
  },
};

export const groupsImportCommand: Command<ImportGroupsRequest> = {
  name: 'groups import',
  summary: 'take a list of known siblings (open clusters, wide binaries) as groups',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .argument('<file>', 'a CSV file with the columns cluster and star, as for `calibrate --siblings`')
      .option('--kind <kind>', 'what they are: cluster or binary', 'cluster')
      .option('--release <name>', 'the release whose stars are meant (default: every release)');
  },
  request: ([file], { kind, release }) => ({
    file: resolve(String(file)),
    kind: oneOf('--kind', ['cluster', 'binary'] as const, kind),
    release: release === undefined ? null : readName('--release', release),
  }),
  async run(context, request, course) {
    const summary = await importGroups(await context.workplace(), request, course);
    const failed = summary.unknown.length + summary.ambiguous.length + summary.badLines.length > 0;
    return { exitCode: failed ? 1 : 0, text: describeImport(summary), data: summary };
  },
};

export const groupsListCommand: Command<Pick<GroupSelection, 'kind' | 'method'> & { readonly model: string | null }> = {
  name: 'groups list',
  summary: 'list the groups that everybody sees: known ones, and those found under a model',
  archive: 'existing',
  exclusive: false,
  declare(declaration) {
    declaration
      .option('--kind <kind>', 'only these: cluster, binary, found, or truth (of a simulation)')
      .option('--method <name>', `only those found by ${groupMethods.join(' or ')}`)
      .option('--model <id>', 'the model under which they were found (default: the served one)');
  },
  request: (_, { kind, method, model }) => ({
    kind: kind === undefined ? null : oneOf('--kind', ['cluster', 'binary', 'found', 'truth'] as const, kind),
    method: method === undefined ? null : oneOf('--method', groupMethods, method),
    model: model === undefined ? null : String(model),
  }),
  async run(context, { kind, method, model }) {
    const { db } = await context.workplace();
    const view = await readView(db);
    const groups = await loadGroups(db, view, { modelId: model ?? view.modelId, kind, method });
    const shown = (value: number | null, digits: number) => (value === null ? '' : value.toPrecision(digits));
    const text = table(
      ['group', 'members', 'spread', 'by chance', 'false positive rate'],
      groups.map(({ key, memberCount, spread, significance, falsePositiveRate }) => [
        key,
        String(memberCount),
        shown(spread, 3),
        shown(significance, 2),
        shown(falsePositiveRate, 2),
      ]),
    );
    const data = groups.map(({ rows: _, asked: __, centre, ...group }) => ({
      ...group,
      centre: centre && Array.from(centre),
    }));
    return { exitCode: 0, text: groups.length > 0 ? text : 'no groups', data };
  },
};

function describeImport(summary: ImportGroupsSummary): string {
  const { kind, groups, stars, releases, unknown, ambiguous, badLines } = summary;
  const told = (what: string, names: readonly string[], separator = ', ') =>
    names.length > 0
      ? [`  ${names.length} ${what}: ${names.slice(0, 20).join(separator)}${names.length > 20 ? `${separator}…` : ''}`]
      : [];
  return [
    `${groups} groups of kind ${kind} with ${stars} stars of ${releases.join(', ')}`,
    ...told('unknown stars', unknown),
    ...told('names that fit several stars', ambiguous),
    ...told('lines that tell no sibling', badLines, '; '),
  ].join('\n');
}

function oneOf<T extends string>(argument: string, values: readonly T[], given: unknown): T {
  const value = values.find((each) => each === given);
  if (value === undefined) throw new InputError(argument, values.join(' or '), given);
  return value;
}
