import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { loadTwins } from '../../src/storage/siblingGroup.js';
import { loadGroups } from '../../src/storage/starGroup.js';
import { readView } from '../../src/storage/view.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { simulate } from '../../workers/tasks/simulate.js';
import { viewNaming } from '../namedView.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(() => place.close());

test('the groups that simulated stars were born in are kept as truth, of the release and its twins no part', async () => {
  const out = join(place.folder, 'clusters.h5');
  const survey = { clusters: 2, members: [3, 4] as const, field: 2 };
  await simulate(place.settings, { stars: survey, seed: 3, snr: 100, out }, course);
  await ingest(place, { release: 'clusters', format: 'hdf5', paths: [out], survey: null, visits: false }, course);
  const { id } = await findRelease(place.db, 'clusters');
  expect(await loadTwins(place.db, id)).toEqual([]);
  const draft = await viewNaming(place.db, 'clusters');
  const groups = await loadGroups(place.db, draft, { modelId: null, kind: 'truth' });
  expect(groups.map(({ name }) => name)).toEqual(['sim-3-c000', 'sim-3-c001']);
  for (const { memberCount } of groups) expect([3, 4]).toContain(memberCount);
  expect(await loadGroups(place.db, draft, { modelId: null })).toEqual([]);
  expect(await loadGroups(place.db, await readView(place.db), { modelId: null, kind: 'truth' })).toEqual([]);
});
