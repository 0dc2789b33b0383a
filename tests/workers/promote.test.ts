import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { readView } from '../../src/storage/view.js';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { promote } from '../../workers/tasks/promote.js';
import { publish } from '../../workers/tasks/publish.js';
import { train } from '../../workers/tasks/train.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
  const path = await writeSpectra(join(place.folder, 'survey.h5'), apogeeGrid.wavelength, simulated(60));
  await ingest(place, { release: 'r1', format: 'hdf5', paths: [path], survey: null, visits: false }, course);
});
afterAll(() => place.close());

const trainWith = async (degree: number) => {
  const settings = { degree };
  return (
    await train(
      place,
      { release: 'r1', method: 'polydis', preset: 'compact', parameters: null, seed: null, settings, resume: false },
      course,
    )
  ).model;
};

describe('the served model', () => {
  let first: string;
  let second: string;

  test('must be there before a release can be published', async () => {
    await expect(publish(place, { release: 'r1' }, course)).rejects.toThrow(/no model is served yet/);
    expect((await readView(place.db)).releases).toEqual([]);
  });

  test('is the first one that is trained', async () => {
    first = await trainWith(4);
    expect((await readView(place.db)).modelId).toBe(first);
  });

  test('encodes what is missing when a release is published', async () => {
    expect(await publish(place, { release: 'r1' }, course)).toMatchObject({ model: first, spectra: 120, encoded: 120 });
    expect((await readView(place.db)).releases.map(({ name }) => name)).toEqual(['r1']);
  });

  test('is not changed by a second model, which is refused until every published release is encoded under it', async () => {
    second = await trainWith(2);
    expect((await readView(place.db)).modelId).toBe(first);
    await expect(promote(place.db, second)).rejects.toMatchObject({
      code: 'NOT_READY',
      message: `release "r1" is published, but 120 of its spectra are not encoded under ${second}`,
      remedy: `npx starkin encode --release r1 --model ${second}`,
    });
  });

  test('is another one after encoding and promoting, and the former one can come back', async () => {
    await encode(place, { release: 'r1', model: second }, course);
    expect((await readView(place.db)).modelId).toBe(first);
    await promote(place.db, second);
    expect((await readView(place.db)).modelId).toBe(second);
    await promote(place.db, first);
    expect((await readView(place.db)).modelId).toBe(first);
  });
});
