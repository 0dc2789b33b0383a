import { InputError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease, listReleases, type Release } from '../../src/storage/dataRelease.js';
import { resolveStars } from '../../src/storage/star.js';
import { type KnownMember, storeKnownGroups } from '../../src/storage/starGroup.js';
import { readSiblingFile, type SiblingLine } from '../calibration/siblingFile.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

export interface ImportGroupsRequest {
  /** Absolute path of a CSV file with the columns cluster and star. */
  readonly file: string;
  readonly kind: 'cluster' | 'binary';
  /** Name of the release whose stars are meant, or null for every release. */
  readonly release: string | null;
}

export interface ImportGroupsSummary {
  readonly kind: ImportGroupsRequest['kind'];
  readonly groups: number;
  readonly stars: number;
  /** Releases that hold some of them. */
  readonly releases: readonly string[];
  /** Names that no release knows, and those that fit several stars of one. */
  readonly unknown: readonly string[];
  readonly ambiguous: readonly string[];
  /** Lines of the file that name no star or no group. */
  readonly badLines: readonly string[];
}

/**
 * Takes a list of known siblings, open clusters or wide binaries, as groups of the releases that hold their stars; a group of the same name is replaced. What a release has staged becomes a member at its next
 * publication. Stars that come in later are members once the list is imported again.
 * @throws FileError for the file, InputError where none of its stars is known, NotFoundError for an unknown release
 */
export async function importGroups(
  { db }: Workplace,
  request: ImportGroupsRequest,
  course: TaskCourse,
): Promise<ImportGroupsSummary> {
  const { lines, badLines } = await readSiblingFile(request.file);
  const releases =
    request.release === null
      ? (await listReleases(db)).filter(({ state }) => state !== 'withdrawn')
      : [await findRelease(db, request.release)];
  return recordRun(db, 'import groups', { ...request }, course, async () => {
    const told = await Promise.all(releases.map((release) => membersIn(db, release, lines)));
    const known = new Set(told.flatMap(({ names }) => names));
    const ambiguous = [...new Set(told.flatMap((one) => one.ambiguous))];
    const unknown = [...new Set(lines.map(({ star }) => star))].filter(
      (name) => !known.has(name) && !ambiguous.includes(name),
    );
    const members = told.flatMap((one) => one.members);
    if (members.length === 0)
      throw new InputError(
        request.file,
        'stars of the archive',
        `${unknown.length} unknown names: ${unknown.slice(0, 5).join(', ')}`,
      );
    await db.transaction(async (tx) => {
      for (const [i, release] of releases.entries())
        if (told[i].members.length > 0) await storeKnownGroups(tx, release.id, request.kind, told[i].members);
    });
    const summary: ImportGroupsSummary = {
      kind: request.kind,
      groups: new Set(members.map(({ group }) => group)).size,
      stars: new Set(members.map(({ starId }) => starId)).size,
      releases: releases.filter((_, i) => told[i].members.length > 0).map(({ name }) => name),
      unknown,
      ambiguous,
      badLines,
    };
    const failed = unknown.length + ambiguous.length + badLines.length > 0;
    return { result: summary, state: failed ? 'partial' : 'done', counts: { ...summary } };
  });
}

interface ReleaseMembers {
  readonly members: readonly KnownMember[];
  /** Names that were found. */
  readonly names: readonly string[];
  readonly ambiguous: readonly string[];
}

/** Names are looked up as the release tells them: first as it is published, and what is not found so, as it will be. */
async function membersIn(db: Database, release: Release, lines: readonly SiblingLine[]): Promise<ReleaseMembers> {
  const found = new Map<string, KnownMember>();
  const [names, ambiguous] = [new Set<string>(), new Set<string>()];
  for (const revision of [release.revision, release.latest + 1]) {
    const view = { modelId: null, releases: [{ ...release, revision }] };
    const wanted = lines.filter(({ star }) => !names.has(star) && !ambiguous.has(star));
    const stars = await resolveStars(db, view, [...new Set(wanted.map(({ star }) => star))]);
    for (const { cluster, star } of wanted) {
      const ids = stars.get(star) ?? [];
      if (ids.length > 1) ambiguous.add(star);
      if (ids.length !== 1) continue;
      names.add(star);
      const key = `${cluster}\n${ids[0]}`;
      if (!found.has(key)) found.set(key, { group: cluster, starId: ids[0], revision });
    }
  }
  return { members: [...found.values()], names: [...names], ambiguous: [...ambiguous] };
}
