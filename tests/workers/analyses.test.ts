import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadAnalyses } from '../../src/storage/analysis.js';
import { findRelease, setProprietary } from '../../src/storage/dataRelease.js';
import { loadPoints } from '../../src/storage/projection.js';
import { loadGroups } from '../../src/storage/starGroup.js';
import { readView } from '../../src/storage/view.js';
import { findGroups } from '../../workers/tasks/findGroups.js';
import { importGroups } from '../../workers/tasks/importGroups.js';
import { project, renewProjections } from '../../workers/tasks/project.js';
import { fillSmallArchive, type SmallArchive } from '../api/smallArchive.js';
import { viewNaming } from '../namedView.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

let place: TestWorkplace;
let archive: SmallArchive;
/** Published stars with a latent under the served model. */
let stars: string[];

beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    groups: { ...settings.groups, leastMembers: 3, samples: 3, realisations: 3, falsePositiveRate: 1 },
  }));
  archive = await fillSmallArchive(place.db);
  stars = [...archive.visible.values()].flatMap(({ id, vector }) => (vector ? [id] : [])).sort();
});
afterAll(() => place.close());

test('projections are those of every published star and of no other, and are not made twice', async () => {
  const summary = await project(place, { model: null }, course);
  expect(summary).toMatchObject({ stars: stars.length, computed: ['pca', 'umap'], already: [] });
  expect(await project(place, { model: null }, course)).toMatchObject({ computed: [], already: ['pca', 'umap'] });
  const view = await readView(place.db);
  const analyses = await loadAnalyses(place.db, view, archive.served.id, ['pca', 'umap']);
  expect(analyses.map(({ method }) => method)).toEqual(['pca', 'umap']);
  for (const { id } of analyses) {
    const points = await loadPoints(place.db, id, { first: 1000, after: null });
    expect(points.ids).toEqual(stars);
    expect([...points.x, ...points.y].every(Number.isFinite)).toBe(true);
  }
});

test('another seed makes others, in place of the earlier ones', async () => {
  const { projections } = place.settings;
  const other = { ...place, settings: { ...place.settings, projections: { ...projections, seed: 2 } } };
  expect(await project(other, { model: null }, course)).toMatchObject({ computed: ['umap'], already: ['pca'] });
  const [{ count }] = await place.db.query<{ count: number }>('select count(*)::int as count from analysis');
  expect(count).toBe(2);
});

test('a publication leaves too few stars alone', async () => {
  const settings = { ...place.settings, projections: { ...place.settings.projections, afterPublish: true } };
  await renewProjections({ ...place, settings }, archive.unseen.id, course);
  expect(await loadAnalyses(place.db, await readView(place.db), archive.unseen.id, ['pca'])).toEqual([]);
});

test('groups are found once, of published stars alone, and vanish with a release that they were made from', async () => {
  const request = { model: null, method: 'hdbscan' as const, minMembers: null, release: null };
  const summary = await findGroups(place, request, course);
  expect(summary).toMatchObject({ stars: stars.length, already: false });
  expect(summary.groups).toBeGreaterThan(0);
  expect(await findGroups(place, request, course)).toEqual({ ...summary, already: true });
  const found = async () =>
    loadGroups(place.db, await readView(place.db), {
      modelId: archive.served.id,
      method: 'hdbscan',
      stars: stars as never,
    });
  const groups = await found();
  expect(groups).toHaveLength(summary.groups);
  expect(groups.flatMap(({ asked }) => asked)).toHaveLength(summary.members);
  expect(groups.map(({ score }) => score)).toEqual(groups.map(({ score }) => score as number).sort((a, b) => b - a));
  const { id } = await findRelease(place.db, 'dr1');
  await setProprietary(place.db, id, true);
  expect(await found()).toEqual([]);
  await setProprietary(place.db, id, false);
  expect(await found()).toHaveLength(summary.groups);
  await expect(findGroups(place, { ...request, minMembers: 500 }, course)).rejects.toMatchObject({ code: 'NOT_READY' });
});

test('groups that a draft has part in are shown to those alone who see it, whichever were found last', async () => {
  const request = { model: null, method: 'kmeans' as const, minMembers: null };
  const found = async (named: readonly string[]) =>
    loadGroups(place.db, await viewNaming(place.db, ...named), { modelId: archive.served.id, method: 'kmeans' });
  await findGroups(place, { ...request, release: null }, course);
  const published = await found([]);
  expect(published.length).toBeGreaterThan(0);
  const summary = await findGroups(place, { ...request, release: 'dr3' }, course);
  expect(summary).toMatchObject({ stars: stars.length + 4, already: false });
  expect(await found([])).toEqual(published);
  const withDraft = await found(['dr3']);
  expect(withDraft).toHaveLength(summary.groups);
  expect(withDraft[0].releases).toContain('dr3');
  await findGroups(place, { ...request, minMembers: 4, release: null }, course);
  expect(await found([])).not.toEqual(published);
  expect(await found(['dr3'])).toEqual(withDraft);
  await expect(findGroups(place, { ...request, release: 'none' }, course)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a list of siblings becomes groups of the releases that hold the stars; what is staged waits', async () => {
  const file = join(place.folder, 'siblings.csv');
  await writeFile(file, 'cluster,star\nM67,S01\nM67,S12\nM67,S40\nM67,nobody\n,S09\nM67,S03\nNGC 188,S22\n');
  const request = { file, kind: 'cluster' as const, release: null };
  const summary = await importGroups(place, request, course);
  const badLines = ['line 6: expected a cluster, found nothing'];
  expect(summary).toMatchObject({ groups: 2, unknown: ['nobody'], ambiguous: [], badLines });
  const known = async () =>
    (await loadGroups(place.db, await readView(place.db), { modelId: null })).map(({ key, memberCount }) => [
      key,
      memberCount,
    ]);
  // S03 is a star of both surveys, each known to a release of its own; S40 is staged.
  expect(await known()).toEqual([
    ['cluster:M67', 4],
    ['cluster:NGC 188', 1],
  ]);
  await importGroups(place, request, course);
  expect(await known()).toEqual([
    ['cluster:M67', 4],
    ['cluster:NGC 188', 1],
  ]);
  await writeFile(file, 'cluster,star\nM67,nobody\n');
  await expect(importGroups(place, request, course)).rejects.toThrow('1 unknown names: nobody');
});
