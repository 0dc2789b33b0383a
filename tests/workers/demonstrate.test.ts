import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureRelease } from '../../src/storage/dataRelease.js';
import { endRun, startRun } from '../../src/storage/run.js';
import { demonstrationDue } from '../../workers/tasks/demonstrate.js';
import { openWorkplace, type TestWorkplace } from './workplace.js';

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(() => place.close());

test('the demonstration is due in an empty archive, and while a build of it was stopped', async () => {
  expect(await demonstrationDue(place.db)).toBe(true);
  const run = await startRun(place.db, { kind: 'demo', input: {} });
  await endRun(place.db, run, 'stopped', {});
  await ensureRelease(place.db, 'demonstration', { simulated: true });
  expect(await demonstrationDue(place.db)).toBe(true);
});

test('it is not due where a user’s own release came in since', async () => {
  const { id } = await ensureRelease(place.db, 'mine', { simulated: false });
  expect(await demonstrationDue(place.db)).toBe(false);
  await place.db.query('delete from data_release where id = $1', [id]);
});

test('it is not due once it was built', async () => {
  const run = await startRun(place.db, { kind: 'demo', input: {} });
  await endRun(place.db, run, 'done', {});
  expect(await demonstrationDue(place.db)).toBe(false);
});
