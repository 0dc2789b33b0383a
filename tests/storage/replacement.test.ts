import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAnalyses } from '../../src/storage/analysis.js';
import type { Database } from '../../src/storage/database.js';
import { publish, type Release, showRevision, stagedRevisions } from '../../src/storage/dataRelease.js';
import { loadLatents } from '../../src/storage/latent.js';
import { storeProjection } from '../../src/storage/projection.js';
import { countUnencoded, fromNowOn, revisionBefore } from '../../src/storage/seenRevisions.js';
import { loadSpectra, storeSpectra } from '../../src/storage/spectrum.js';
import { findSpectrumFile, loadContents } from '../../src/storage/spectrumFile.js';
import { countSpectra, scanSpectra } from '../../src/storage/spectrumScan.js';
import { loadParameters } from '../../src/storage/starParameters.js';
import { changeStaged } from '../../src/storage/storedVersion.js';
import { readView, type View } from '../../src/storage/view.js';
import { addLatents, addModel, addStars, idOf, newSpectrum, setTeff } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('spectra in the place of published ones in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  /** As ingest does, in one transaction: a new combined spectrum of a star, with its Teff. */
  async function replace(release: Release, name: string, teff: number, snr = teff): Promise<void> {
    await db.transaction(async (tx) => {
      await stagedRevisions(tx, [release.id]);
      const changes = [{ kind: 'retire', visit: 0 } as const, { kind: 'remove', visit: 0 } as const];
      await changeStaged(tx, release.id, [{ id: idOf(name), changes }]);
      await setTeff(tx, release, { [name]: teff });
      await storeSpectra(tx, [await newSpectrum(tx, release, name, { snr, checksum: `${teff}` })]);
    });
  }
  const only = async (release: Release): Promise<View> => {
    const { modelId, releases } = await readView(db);
    return { modelId, releases: releases.filter(({ id }) => id === release.id) };
  };
  async function told(view: View, name: string) {
    const spectrum = (await loadSpectra(db, view, [idOf(name)])).get(idOf(name));
    const parameters = (await loadParameters(db, view, [idOf(name)])).get(idOf(name));
    return [spectrum?.snr, spectrum?.parameters?.teff, parameters?.teff];
  }

  it('are told with their own parameters from the publication on, and the former ones to a view of before', async () => {
    const release = await addStars(db, 'telling', ['a', 'b']);
    await setTeff(db, release, { a: 4000, b: 4100 });
    await publish(db, release.id);
    const former = await only(release);
    await replace(release, 'a', 4200);
    expect(await told(await only(release), 'a')).toEqual([100, 4000, 4000]);
    // Of the other star nothing may change without its spectrum.
    expect(await setTeff(db, release, { a: 4200, b: 9999 })).toEqual([idOf('b')]);
    expect(await countSpectra(db, release.id)).toBe(2);
    expect(await countSpectra(db, release.id, { visits: true, kept: true })).toBe(3);
    await publish(db, release.id);
    expect(await told(await only(release), 'a')).toEqual([4200, 4200, 4200]);
    expect(await told(await only(release), 'b')).toEqual([100, 4100, 4100]);
    expect(await told(former, 'a')).toEqual([100, 4000, 4000]);
  });

  it('take the other spectra of the star with them, whose latents depend on the parameters that change', async () => {
    const release = await addStars(db, 'besides', ['s']);
    const modelId = await addModel(db, 'besides');
    await setTeff(db, release, { s: 4000 });
    await storeSpectra(db, [await newSpectrum(db, release, 's', { visit: 100_000, snr: 7 })]);
    await publish(db, release.id);
    await addLatents(db, modelId, release, { s: [1] });
    const scanned = async () => {
      const found: unknown[] = [];
      for await (const batch of scanSpectra(db, { releaseId: release.id, visits: true, kept: true, batch: 1 }))
        for (const { visit, revision, parameters } of batch) found.push([visit, revision, parameters?.teff]);
      return found;
    };
    await replace(release, 's', 4000);
    expect(await scanned()).toEqual([
      [0, 1, 4000],
      [0, 2, 4000],
      [100_000, 1, 4000],
    ]);
    await replace(release, 's', 4001);
    expect(await scanned()).toEqual([
      [0, 1, 4000],
      [0, 2, 4001],
      [100_000, 1, 4000],
      [100_000, 2, 4001],
    ]);
    await addLatents(db, modelId, release, { s: [2] });
    await replace(release, 's', 4000);
    expect((await scanned()).map((row) => (row as unknown[])[2])).toEqual([4000, 4000, 4000, 4000]);
    expect(await db.query('select revision from latent where model_id = $1', [modelId])).toEqual([{ revision: 1 }]);
    await publish(db, release.id);
    expect(await countSpectra(db, release.id)).toBe(2);
  });

  it('are encoded beside the former ones, and count as missing until they are', async () => {
    const release = await addStars(db, 'encoded', ['a', 'b']);
    const modelId = await addModel(db, 'encoded');
    await setTeff(db, release, { a: 4000, b: 4100 });
    await addLatents(db, modelId, release, { a: [1], b: [2] });
    const shown = await publish(db, release.id);
    await replace(release, 'a', 4200);
    expect(await countUnencoded(db, modelId, release.id, fromNowOn(shown))).toBe(1);
    await addLatents(db, modelId, release, { a: [3] });
    expect(await countUnencoded(db, modelId, release.id, fromNowOn(shown))).toBe(0);
    const searched = async () => {
      const latents = await loadLatents(db, await only(release), modelId, [idOf('a'), idOf('b')]);
      return ['a', 'b'].map((name) => latents.get(idOf(name))?.searched?.[0]);
    };
    expect(await searched()).toEqual([1, 2]);
    await publish(db, release.id);
    expect(await searched()).toEqual([3, 2]);
    await showRevision(db, release.id, 1);
    expect(await searched()).toEqual([1, 2]);
  });

  it('have addresses of their own, and those of the former ones lead to these', async () => {
    const release = await addStars(db, 'addressed', ['a']);
    await setTeff(db, release, { a: 4000 });
    await publish(db, release.id);
    const key = { starId: idOf('a'), release: release.name, visit: 0 };
    const content = async () => (await loadContents(db, await only(release), [key]))[0] as string;
    const former = await content();
    // The same pixels, but other facts in the file.
    await replace(release, 'a', 4200);
    expect(await content()).toBe(former);
    const file = async (named?: string) =>
      (await findSpectrumFile(db, await only(release), { ...key, content: named }))?.spectrum.parameters?.teff;
    expect([await file(), await file(former)]).toEqual([4000, 4000]);
    await publish(db, release.id);
    const latter = await content();
    expect(latter).not.toBe(former);
    expect([await file(), await file(latter), await file(former)]).toEqual([4200, 4200, 4000]);
    expect(await file('0123456789abcdef')).toBeUndefined();
    await showRevision(db, release.id, 1);
    expect([await file(), await file(former), await file(latter)]).toEqual([4000, 4000, undefined]);
  });

  it('hide what was made of all stars together before, until it is made anew', async () => {
    const release = await addStars(db, 'analysed', ['a', 'b', 'c']);
    const modelId = await addModel(db, 'analysed');
    await publish(db, release.id);
    const lay = (revision: number) =>
      storeProjection(
        db,
        {
          modelId,
          method: 'pca',
          settings: {},
          checksum: `${revision}`,
          stars: 2,
          results: {},
          releases: [{ id: release.id, revision }],
        },
        { ids: [idOf('a'), idOf('b')], x: Float32Array.of(1, 2), y: Float32Array.of(1, 2) },
      );
    const made = async () => (await loadAnalyses(db, await only(release), modelId, ['pca'])).length;
    await lay(1);
    await addStars(db, 'analysed', ['d']);
    await publish(db, release.id);
    // More stars change nothing of what is said of these.
    expect(await made()).toBe(1);
    await replace(release, 'a', 4200);
    expect(await made()).toBe(1);
    await publish(db, release.id);
    expect(await made()).toBe(0);
    await lay(3);
    expect(await made()).toBe(1);
    expect(await revisionBefore(db, { id: release.id, revision: 3 })).toBe(2);
    await showRevision(db, release.id, 2);
    expect(await made()).toBe(0);
    expect(await revisionBefore(db, { id: release.id, revision: 2 })).toBe(1);
    expect(await revisionBefore(db, { id: release.id, revision: 1 })).toBe(0);
  });
});
