import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { endRun, listRuns, startRun } from '../../src/storage/run.js';
import { readView } from '../../src/storage/view.js';
import { nextTime } from '../../workers/queue/cron.js';
import { followSchedule } from '../../workers/schedule.js';
import { type ReencodeRequest, reencode } from '../../workers/tasks/reencode.js';
import { train } from '../../workers/tasks/train.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

let place: TestWorkplace;
let request: ReencodeRequest;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    train: { ...settings.train, overrides: { faderdis: { batch: 64, epochs: 2 } } },
    check: { withoutLatent: 1, leakageBits: 30, latentDrift: 1, twinOverlap: 0 },
  }));
  const folder = join(place.folder, 'watched');
  await mkdir(folder);
  request = { folders: [folder], release: 'live', format: 'auto', visits: false, train: 'fresh' };
});
afterAll(() => place.close());

const put = (name: string, stars: number, seed: number) =>
  writeSyntheticFile(join(request.folders[0], name), { stars, seed });

describe('a scheduled run', { timeout: 120_000 }, () => {
  test('of an empty folder does nothing', async () => {
    expect(await reencode(place, request, course)).toEqual({
      files: 0,
      stored: 0,
      failed: 0,
      faults: [],
      published: null,
    });
  });

  test('reads what has come, trains, encodes, checks and publishes', async () => {
    await put('a.h5', 500, 1);
    const { files, stored, published } = await reencode(place, request, course);
    expect({ files, stored }).toEqual({ files: 1, stored: 500 });
    expect(published).toMatchObject({ spectra: 500, release: { state: 'published', revision: 1 } });
    expect(await readView(place.db)).toMatchObject({ modelId: published?.model, releases: [{ name: 'live' }] });
  });

  test('does nothing when nothing has changed, nor when a file was only touched', async () => {
    expect(await reencode(place, request, course)).toMatchObject({ files: 0, published: null });
    await utimes(join(request.folders[0], 'a.h5'), new Date(), new Date());
    expect(await reencode(place, request, course)).toMatchObject({ files: 0, published: null });
  });

  test('tells of a watched folder that is not there, in its answer and in its row, and reads the others', async () => {
    const missing = join(place.folder, 'not-mounted');
    const folders = [missing, ...request.folders];
    const fault = `the watched folder ${missing} is not there`;
    expect(await reencode(place, { ...request, folders }, course)).toMatchObject({ files: 0, faults: [fault] });
    expect((await listRuns(place.db, 1))[0]).toMatchObject({ kind: 'reencode', state: 'partial', error: fault });
  });

  test('adds what is new as a revision, encodes that alone, and names what cannot be read, once', async () => {
    await put('b.h5', 40, 2);
    await writeFile(join(request.folders[0], 'notes.txt'), 'not a spectrum');
    const summary = await reencode(place, { ...request, train: 'never' }, course);
    expect(summary).toMatchObject({
      files: 2,
      stored: 40,
      failed: 1,
      faults: [expect.stringMatching(/notes\.txt/)],
    });
    expect(summary.published).toMatchObject({ encoded: 40, spectra: 540, formerModel: null });
    expect(await findRelease(place.db, 'live')).toMatchObject({ revision: 2 });
    expect(await reencode(place, request, course)).toMatchObject({ files: 0, failed: 0, published: null });
  });

  test('trains anew on what has come in, and serves that model', async () => {
    const before = (await readView(place.db)).modelId;
    await put('c.h5', 20, 3);
    const { published } = await reencode(place, request, course);
    expect(published).toMatchObject({ encoded: 560, formerModel: before });
    expect((await readView(place.db)).modelId).not.toBe(before);
  });

  test('leaves everything to an earlier run that still goes on', async () => {
    const earlier = await startRun(place.db, { kind: 'reencode', input: { release: 'live' } });
    await put('d.h5', 20, 4);
    expect(await reencode(place, request, course)).toMatchObject({ files: 0, published: null });
    await endRun(place.db, earlier, 'stopped', {});
    expect(await reencode(place, { ...request, train: 'never' }, course)).toMatchObject({ files: 1, stored: 20 });
  });

  test('goes on after a training that promoted nothing', async () => {
    const other = { release: 'live', method: 'polydis', preset: 'compact', parameters: null, seed: null };
    const { promoted } = await train(place, { ...other, settings: {}, resume: false }, course);
    expect(promoted).toBe(false);
    expect(await reencode(place, request, course)).toMatchObject({ published: null });
  });

  test('shows what a changed file holds in the place of what it held, and tells how far that is from it', async () => {
    const { revision } = await findRelease(place.db, 'live');
    await writeSyntheticFile(join(request.folders[0], 'a.h5'), { stars: 500, seed: 1, anew: { stars: 60, seed: 9 } });
    const { files, stored, faults, published } = await reencode(place, { ...request, train: 'never' }, course);
    expect({ files, stored, faults }).toEqual({ files: 1, stored: 60, faults: [] });
    expect(published).toMatchObject({ encoded: 60, spectra: 580, checks: { revised: 60 } });
    expect(published?.checks.latentDrift).toBeGreaterThan(0);
    expect((await findRelease(place.db, 'live')).revision).toBe(revision + 1);
    expect(await reencode(place, request, course)).toMatchObject({ files: 0, published: null });
  });
});

describe('a schedule', () => {
  test('is due when its cron expression says, in its time zone', () => {
    const noon = new Date('2026-03-01T12:00:00Z');
    expect(nextTime('30 2 * * *', 'UTC', noon)).toEqual(new Date('2026-03-02T02:30:00Z'));
    expect(nextTime('30 2 * * *', 'Europe/Paris', noon)).toEqual(new Date('2026-03-02T01:30:00Z'));
    expect(nextTime('0 12 * * *', 'UTC', noon)).toEqual(new Date('2026-03-02T12:00:00Z'));
  });

  test.each([
    ['61 * * * *', 'UTC'],
    ['every night', 'UTC'],
    ['0 3 * * *', 'Mars/Olympus'],
  ])('of %s in %s is refused, naming the setting', (cron, timezone) => {
    expect(() => nextTime(cron, timezone, new Date())).toThrow(/^schedule\.cron: expected a cron expression .* found/);
  });

  test('ends when it is told to, without a run', async () => {
    const stop = new AbortController();
    const schedule = { cron: '0 3 1 1 *', timezone: 'UTC', ...request, folders: [...request.folders], revise: false };
    let runs = 0;
    const followed = followSchedule(schedule, async () => void runs++, stop.signal);
    stop.abort();
    await followed;
    expect(runs).toBe(0);
  });
});
