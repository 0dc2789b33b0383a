import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRelease, setProprietary } from '../../src/storage/dataRelease.js';
import { countLatents } from '../../src/storage/latent.js';
import { loadTwins } from '../../src/storage/siblingGroup.js';
import { loadSpectra, type StoredSpectrum } from '../../src/storage/spectrum.js';
import { loadParameters, storeParameters } from '../../src/storage/starParameters.js';
import { readView } from '../../src/storage/view.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { publish } from '../../workers/tasks/publish.js';
import { renormalise } from '../../workers/tasks/renormalise.js';
import { viewNaming } from '../namedView.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const STARS = 200;
/** Stars whose spectra an earlier version of the continuum normalised. */
const OUTDATED = 30;

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    ingest: { ...settings.ingest, batch: 64 },
    train: { ...settings.train, overrides: { faderdis: { batch: 32, epochs: 2 } } },
  }));
  const paths = [
    await writeSyntheticFile(join(place.folder, 'observed.h5'), { stars: STARS, seed: 1, normalised: false }),
  ];
  await ingest(place, { release: 'old', format: 'hdf5', paths, survey: null, visits: false }, course);
  await publish(place, { release: 'old', train: true, force: true }, course);
  await place.db.query(
    `update spectrum set continuum_version = 0 where star_id in (select star_id from spectrum order by star_id limit $1)`,
    [OUTDATED],
  );
}, 240_000);
afterAll(() => place.close());

const idsOf = async () =>
  (await place.db.query<{ id: string }>('select id from star order by id')).map(
    ({ id }) => id as StoredSpectrum['starId'],
  );
const spectra = async (release: string) =>
  loadSpectra(place.db, await viewNaming(place.db, release), await idsOf(), release);

describe('a release made anew by the continuum of this version', { timeout: 60_000 }, () => {
  test('normalises again what an earlier version did, and copies the rest', async () => {
    const summary = await renormalise(place, { release: 'old', into: 'new' }, course);
    expect(summary).toEqual({ renormalised: OUTDATED, copied: STARS - OUTDATED, failed: [] });
    expect((await readView(place.db)).releases.map(({ name }) => name)).toEqual(['old']);
  });

  test('does nothing again when it is asked again', async () => {
    expect(await renormalise(place, { release: 'old', into: 'new' }, course)).toMatchObject({
      renormalised: 0,
      copied: 0,
    });
  });

  test('keeps parameters that it was given meanwhile, and copies no latent under others', async () => {
    const { id: releaseId } = await findRelease(place.db, 'new');
    const [model] = await place.db.query<{ id: string }>('select model_id as id from served_model');
    const [{ starId }] = await place.db.query<{ starId: StoredSpectrum['starId'] }>(
      'select star_id as "starId" from latent where release_id = $1 order by star_id limit 1',
      [releaseId],
    );
    const before = await countLatents(place.db, model.id, releaseId);
    const errors = { teff: null, logg: null, feh: null };
    const parameters = { teff: 4321, logg: 2.1, feh: 0, errors, source: 'table' };
    await storeParameters(place.db, releaseId, [{ starId, parameters }]);
    await renormalise(place, { release: 'old', into: 'new' }, course);
    expect(await countLatents(place.db, model.id, releaseId)).toBe(before - 1);
    const stored = await loadParameters(place.db, await viewNaming(place.db, 'new'), [starId]);
    expect(stored.get(starId)).toMatchObject({ teff: 4321, release: 'new' });
  });

  test('leaves for the publication to encode what it touched, the star with other parameters, and nothing else', async () => {
    const { encoded, spectra } = await publish(place, { release: 'new', force: true }, course);
    expect({ encoded, spectra }).toEqual({ encoded: OUTDATED + 1, spectra: STARS });
  });

  test('has the same stars, parameters and twins, and spectra that differ by the rounding of their encoding', async () => {
    const [old, renewed] = [await spectra('old'), await spectra('new')];
    expect(renewed.size).toBe(STARS);
    const worst: number[] = [];
    for (const [id, { spectrum, continuum, checksum }] of renewed) {
      const before = old.get(id) as StoredSpectrum;
      expect(continuum).toMatchObject({ method: 'chebyshev', version: 1 });
      expect(checksum).toBe(before.checksum);
      worst.push(Math.max(...spectrum.flux.map((flux, i) => Math.abs(flux - before.spectrum.flux[i]))));
    }
    // On 150 pixels a chip, rounding moves one pixel or another across the clipping of lines, in some of the stars.
    const typical = worst.sort((a, b) => a - b).filter((_, i) => i < STARS - OUTDATED / 2);
    expect(Math.max(...typical)).toBeLessThan(0.005);
    const [first, second] = [await findRelease(place.db, 'old'), await findRelease(place.db, 'new')];
    expect(await loadTwins(place.db, second.id)).toEqual(await loadTwins(place.db, first.id));
    const parameters = await loadParameters(place.db, await readView(place.db), await idsOf());
    expect([...parameters.values()].every(({ release }) => release === 'new')).toBe(true);
  });

  test('is proprietary if the former one is', async () => {
    await setProprietary(place.db, (await findRelease(place.db, 'old')).id, true);
    await renormalise(place, { release: 'old', into: 'newer' }, course);
    expect(await findRelease(place.db, 'newer')).toMatchObject({ state: 'draft', proprietary: true });
  });

  test('is not made into one that is published', async () => {
    await expect(renormalise(place, { release: 'old', into: 'new' }, course)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'release "new" is published already',
    });
  });
});
