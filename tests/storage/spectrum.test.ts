import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError } from '../../src/domain/errors.js';
import { decodeRows } from '../../src/domain/spectrumEncoding.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, findRelease, publish, type Release } from '../../src/storage/dataRelease.js';
import {
  knownChecksums,
  loadSpectra,
  releaseGrid,
  type StoredSpectrum,
  spectrumKey,
  storeSpectra,
} from '../../src/storage/spectrum.js';
import { countSpectra, type Scan, scanModelInputs, scanSpectra } from '../../src/storage/spectrumScan.js';
import { readView } from '../../src/storage/view.js';
import { loadGrid } from '../../src/storage/wavelengthGrid.js';
import { countStatements } from '../testArchive.js';
import { addLatents, addModel, addStars, gridId, idOf, newSpectrum, parameters, setTeff } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

async function scanned(db: Database, scan: Scan): Promise<string[][]> {
  const batches: string[][] = [];
  for await (const batch of scanSpectra(db, scan)) batches.push(batch.map(spectrumKey));
  return batches;
}

async function firstOf(db: Database, release: Release): Promise<StoredSpectrum> {
  for await (const [first] of scanSpectra(db, { releaseId: release.id, visits: false, batch: 1 })) return first;
  throw new Error('no spectrum');
}

describe.each(testDatabases)('spectra in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  it('come back as they were stored', async () => {
    const release = await addStars(db, 'whole', ['w']);
    await setTeff(db, release, { w: 4500 });
    const given = await newSpectrum(db, release, 'w');
    const read = await firstOf(db, release);
    const { spectrum, ...rest } = given;
    expect(read).toMatchObject({ ...rest, release: 'whole', goodPixels: 3, revision: 1, parameters: parameters(4500) });
    expect(read.spectrum.mask).toEqual(spectrum.mask);
    expect(read.spectrum.flux[2]).toBe(0);
    expect(read.spectrum.flux[1]).toBeCloseTo(0.75, 3);
    expect(read.spectrum.ivar[1]).toBeGreaterThan(1e4 * 0.978);
  });

  it('come as a model takes them, not decoded, in the same batches', async () => {
    const release = await addStars(db, 'model', ['a', 'b', 'c']);
    await setTeff(db, release, { a: 4500, b: null });
    const scan = { releaseId: release.id, visits: false, batch: 2 };
    const batches = scanModelInputs(db, scan);
    for await (const whole of scanSpectra(db, scan)) {
      const { value: inputs } = await batches.next();
      expect(inputs).toMatchObject(
        whole.map(({ starId, releaseId, visit, revision, gridId, checksum, continuum, parameters: own }) => ({
          ...{ starId, releaseId, visit, revision, gridId },
          inputs: {
            checksum,
            continuumVersion: continuum.version,
            parameters: own ?? { teff: null, logg: null, feh: null },
          },
        })),
      );
      inputs?.forEach(({ pixels }, i) => {
        const { flux, ivar } = whole[i].spectrum;
        const read = { flux: new Float32Array(flux.length), ivar: new Float32Array(flux.length) };
        decodeRows([pixels], read.flux, read.ivar);
        expect(read).toEqual({ flux, ivar });
      });
    }
    expect((await batches.next()).done).toBe(true);
  });

  it('are left as they are when they are stored again', async () => {
    const release = await addStars(db, 'again', ['a', 'b']);
    const rows = [await newSpectrum(db, release, 'a'), await newSpectrum(db, release, 'b')];
    expect(await storeSpectra(db, [...rows, rows[0]])).toEqual({ stored: 0, known: 3, overflowPixels: 0 });
    expect(await countSpectra(db, release.id)).toBe(2);
    expect(
      await knownChecksums(db, release.id, [
        { starId: idOf('a'), visit: 0 },
        { starId: idOf('a'), visit: 1 },
      ]),
    ).toEqual(new Map([[`${idOf('a')} 0`, 'ab'.repeat(32)]]));
  });

  it('with another content under the same key are a conflict, and nothing of their batch is stored', async () => {
    const release = await addStars(db, 'conflict', ['a', 'b']);
    const changed = await newSpectrum(db, release, 'a', { checksum: 'cd'.repeat(32), source: 'other.fits' });
    const added = await newSpectrum(db, release, 'b', { visit: 1 });
    await expect(storeSpectra(db, [added, changed])).rejects.toThrow(ConflictError);
    await expect(storeSpectra(db, [added, { ...added, checksum: 'another' }])).rejects.toThrow(
      /b visit 1 is in this release already/,
    );
    expect(await countSpectra(db, release.id)).toBe(2);
  });

  it('of a batch that fails midway leave nothing behind', async () => {
    const release = await addStars(db, 'failing', ['a']);
    const good = await newSpectrum(db, release, 'a', { visit: 1 });
    const withoutStar = await newSpectrum(db, release, 'nobody');
    await expect(storeSpectra(db, [good, withoutStar])).rejects.toMatchObject({ code: '23503' });
    await expect(
      db.transaction(async (tx) => {
        await storeSpectra(tx, [good]);
        throw new Error('the file ended');
      }),
    ).rejects.toThrow('the file ended');
    expect(await countSpectra(db, release.id)).toBe(1);
  });

  it('are counted, flux that cannot be held included', async () => {
    const release = await ensureRelease(db, 'overflow', { simulated: true });
    const spectrum = { flux: Float32Array.of(50, 1), ivar: Float32Array.of(1e6, 1e6), mask: Uint32Array.of(0, 0) };
    await addStars(db, 'overflow', []);
    await addStars(db, 'overflow-stars', ['bright']);
    const row = await newSpectrum(db, release, 'bright', { spectrum });
    expect(await storeSpectra(db, [row])).toEqual({ stored: 1, known: 0, overflowPixels: 1 });
    expect((await firstOf(db, release)).goodPixels).toBe(1);
  });

  it('are scanned in batches by key, each once, while others are stored', async () => {
    const release = await addStars(db, 'scan', ['c', 'a', 'b', 'd', 'e']);
    await addStars(db, 'scan', ['a', 'b'], { visit: 1 });
    const scan = { releaseId: release.id, visits: true, batch: 3 };
    const keys = ['a 0', 'a 1', 'b 0', 'b 1', 'c 0', 'd 0', 'e 0'].map((key) => `tiny:${key}`);
    expect(await scanned(db, scan)).toEqual([keys.slice(0, 3), keys.slice(3, 6), keys.slice(6)]);
    expect((await scanned(db, { ...scan, visits: false })).flat()).toHaveLength(5);
    expect(await scanned(db, { ...scan, gridId: -1 })).toEqual([]);
    const statements = countStatements(db);
    const seen: string[] = [];
    for await (const batch of scanSpectra(statements, { ...scan, batch: 4 })) {
      seen.push(...batch.map(spectrumKey));
      await addStars(db, 'scan', ['0', 'z'], { visit: 2 });
    }
    expect(seen).toEqual([...keys, 'tiny:z 2']);
    expect(statements.statements).toHaveLength(3);
  });

  it('are narrowed to those with known parameters, and to those not encoded yet', async () => {
    const release = await addStars(db, 'narrow', ['a', 'b', 'c']);
    await setTeff(db, release, { a: 4000, b: null });
    const selection = { releaseId: release.id, visits: false };
    expect(await countSpectra(db, release.id, { ...selection, parameters: ['teff', 'logg'] })).toBe(1);
    expect(await countSpectra(db, release.id, { ...selection, parameters: ['logg'] })).toBe(2);
    const modelId = await addModel(db, 'narrow');
    await addLatents(db, modelId, release, { a: [1, 0], b: null });
    expect(await scanned(db, { ...selection, batch: 1, notEncodedUnder: modelId })).toEqual([['tiny:c 0']]);
    expect(await countSpectra(db, release.id, { visits: true, notEncodedUnder: modelId })).toBe(1);
  });

  it('are loaded from the newest visible release, or from the one asked for, in one statement', async () => {
    const first = await addStars(db, 'first', ['a', 'b'], { snr: 1 });
    const second = await addStars(db, 'second', ['a'], { snr: 2 });
    await publish(db, first.id);
    await publish(db, second.id);
    const view = await readView(db);
    const statements = countStatements(db);
    const load = async (release?: string) =>
      [...(await loadSpectra(statements, view, [idOf('a'), idOf('b'), idOf('nobody')], release))].map(
        ([id, { snr }]) => [id, snr],
      );
    expect(await load()).toEqual([
      [idOf('a'), 2],
      [idOf('b'), 1],
    ]);
    expect(await load('first')).toEqual([
      [idOf('a'), 1],
      [idOf('b'), 1],
    ]);
    expect(await load('conflict')).toEqual([]);
    expect(statements.statements).toHaveLength(3);
  });

  it('belong to the revision that the next publication makes visible', async () => {
    const release = await addStars(db, 'staged', ['old']);
    await publish(db, release.id);
    await addStars(db, 'staged', ['new']);
    const names = [idOf('old'), idOf('new')];
    expect([...(await loadSpectra(db, await readView(db), names, 'staged')).keys()]).toEqual([idOf('old')]);
    expect((await findRelease(db, 'staged')).revision).toBe(1);
    await publish(db, release.id);
    expect([...(await loadSpectra(db, await readView(db), names, 'staged')).keys()].sort()).toEqual(names.sort());
  });

  it('have one grid to a release, found again as the same', async () => {
    const empty = await ensureRelease(db, 'empty', { simulated: true });
    expect(await releaseGrid(db, empty.id)).toBeNull();
    const release = await addStars(db, 'gridded', ['a']);
    const id = await gridId(db);
    expect(await releaseGrid(db, release.id)).toEqual({ id, grid: await loadGrid(db, id) });
    expect(await gridId(db)).toBe(id);
    expect((await loadGrid(db, id)).wavelength).toEqual(Float64Array.of(15000, 15001, 15002, 15003));
  });
});
