import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { inputChecksums } from '../../src/storage/inputChecksum.js';
import {
  endLostRuns,
  endRun,
  failRuns,
  findRun,
  listRuns,
  noteProgress,
  queueRun,
  returnRun,
  startRun,
  takeRun,
  unendedStep,
} from '../../src/storage/run.js';
import {
  addParts,
  endPart,
  endQueuedParts,
  findPart,
  notePart,
  partsState,
  takePart,
} from '../../src/storage/runPart.js';
import { addModel, addStars } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('runs in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  const start = (kind = 'encode') => startRun(db, { kind, input: { release: 'r' } });
  const silence = (id: number) =>
    db.query(`update run set heartbeat_at = now() - interval '31 seconds' where id = $1`, [id]);
  const progress = { stage: 'encode', done: 3, total: 10, unit: 'spectra', rate: 1.5 };

  test('wait for a worker, are taken, returned with what went wrong, and end once', async () => {
    const id = await queueRun(db, { kind: 'encode', input: { release: 'r' }, versions: { starkin: '1' } });
    expect(await findRun(db, id)).toMatchObject({ state: 'queued', queuedAt: expect.any(Date), worker: null });
    expect(await takeRun(db, id, 'host:1')).toBe(true);
    await returnRun(db, id, 'lost the connection');
    expect(await findRun(db, id)).toMatchObject({ state: 'queued', error: 'lost the connection', worker: null });
    expect(await takeRun(db, id, 'host:2')).toBe(true);
    await endRun(db, id, 'done', { encoded: 3 }, null, { files: 'ab' });
    expect(await findRun(db, id)).toMatchObject({ state: 'done', error: null, checksums: { files: 'ab' } });
    expect(await takeRun(db, id, 'host:3')).toBe(false);
  });

  test('that a job of a schedule makes are made once, however often the job is tried', async () => {
    const made = await queueRun(db, { kind: 'reencode', input: {} }, 'job-1');
    expect(await queueRun(db, { kind: 'reencode', input: {} }, 'job-1')).toBe(made);
    expect(await queueRun(db, { kind: 'reencode', input: {} }, 'job-2')).not.toBe(made);
  });

  test('tell their progress, and count as lost when nothing is heard of them', async () => {
    const [heard, silent] = [await start(), await start()];
    await noteProgress(db, heard, progress);
    await silence(silent);
    const states = async () => (await listRuns(db, 2)).map(({ id, state }) => [id, state]);
    expect(await states()).toEqual([
      [silent, 'lost'],
      [heard, 'running'],
    ]);
    expect(await findRun(db, heard)).toMatchObject({ progress });
    await endLostRuns(db);
    expect(await findRun(db, silent)).toMatchObject({
      state: 'lost',
      error: expect.stringMatching(/nothing was heard/),
    });
    expect(await findRun(db, heard)).toMatchObject({ state: 'running' });
  });

  test('that were only slow are running again when they are heard of', async () => {
    const id = await start();
    await silence(id);
    await endLostRuns(db);
    await noteProgress(db, id, null);
    expect(await findRun(db, id)).toMatchObject({ state: 'running', endedAt: null });
  });

  test('fail when the queue gives them up, unless they have ended', async () => {
    const [open, done] = [await start(), await start()];
    await endRun(db, done, 'done', {});
    await failRuns(db, [
      { run: open, error: 'killed 8 times' },
      { run: done, error: 'killed 8 times' },
    ]);
    expect(await findRun(db, open)).toMatchObject({ state: 'failed', error: 'killed 8 times' });
    expect(await findRun(db, done)).toMatchObject({ state: 'done', error: null });
  });

  test('find the step that an earlier attempt left, by what it was asked for', async () => {
    const parentId = await start('publish');
    const input = { release: 'r', model: 'm' };
    const step = await startRun(db, { kind: 'encode', input, parentId });
    expect(await unendedStep(db, parentId, 'encode', { model: 'm', release: 'r' })).toBe(step);
    expect(await unendedStep(db, parentId, 'encode', { release: 'r' })).toBeNull();
    await endRun(db, step, 'done', {});
    expect(await unendedStep(db, parentId, 'encode', input)).toBeNull();
  });

  test('are listed page by page, those of some releases alone, those that have not ended alone', async () => {
    const id = await startRun(db, { kind: 'ingest', input: { release: 'seen' } });
    const all = await listRuns(db, 100);
    expect(await listRuns(db, 2, { before: all[1].id })).toEqual(all.slice(2, 4));
    expect((await listRuns(db, 100, { releases: [{ id: 1, name: 'seen' }] })).map((run) => run.id)).toEqual([id]);
    expect(await listRuns(db, 100, { releases: [] })).toEqual([]);
    const unended = await listRuns(db, 100, { unended: true });
    expect(unended.every(({ endedAt }) => endedAt === null)).toBe(true);
    expect(unended.map((run) => run.id)).toContain(id);
  });

  test('add up their parts, of all kinds or of one', async () => {
    const run = await start();
    const parts = [
      { task: { release: 'r', after: '', upTo: 'b' }, total: 10 },
      { task: { release: 'r', after: 'b', upTo: 'd' }, total: 5 },
    ];
    expect(await addParts(db, run, 'encode', parts)).toEqual([1, 2]);
    expect(await addParts(db, run, 'index', [{ task: { model: 'm' }, total: 1 }])).toEqual([3]);
    const [one, two] = [
      { runId: run, part: 1 },
      { runId: run, part: 2 },
    ];
    await takePart(db, one, 'host:1');
    await notePart(db, one, 4);
    await takePart(db, two, 'host:2');
    await endPart(db, two, { state: 'done', counts: { encoded: 5 } });
    expect(await partsState(db, run, 'encode')).toMatchObject({ parts: 2, unended: 1, running: 1, done: 9, total: 15 });
    expect(await partsState(db, run, null)).toMatchObject({ parts: 3, unended: 2, total: 16 });
    expect(await findPart(db, run, 2)).toMatchObject({
      task: parts[1].task,
      counts: { encoded: 5 },
      runState: 'running',
    });
    await endPart(db, one, { state: 'failed', error: 'too dark' });
    await endQueuedParts(db, run, 'another failed');
    expect(await partsState(db, run, null)).toMatchObject({ unended: 0, failed: 2, error: 'too dark' });
    await endPart(db, two, { state: 'failed', error: 'late' });
    expect(await findPart(db, run, 2)).toMatchObject({ state: 'done' });
  });

  test('know what went in by checksums that change with a spectrum, and not with the order of storing', async () => {
    const [one, two, other] = ['ab', 'cd', 'ef'].map((byte) => ({ checksum: byte.repeat(32) }));
    await addStars(db, 'p', ['a'], one);
    await addStars(db, 'p', ['b'], two);
    await addStars(db, 'q', ['b'], two);
    await addStars(db, 'q', ['a'], one);
    const { spectra } = await inputChecksums(db, { release: 'p' });
    expect(spectra).toMatch(/^[0-9a-f]{64}$/);
    expect(await inputChecksums(db, { release: 'q' })).toEqual({ spectra });
    await addStars(db, 'q', ['c'], other);
    expect((await inputChecksums(db, { release: 'q' })).spectra).not.toBe(spectra);
    const model = await addModel(db, 'm');
    expect(await inputChecksums(db, { release: 'none', model })).toEqual({
      model: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
