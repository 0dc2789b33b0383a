import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/config.js';
import type { SpectrumRecord } from '../../src/domain/spectrum.js';
import { Hdf5File } from '../../src/formats/hdf5/hdf5File.js';
import { findFormat } from '../../src/formats/registry.js';
import { type SimulateRequest, simulate } from '../../workers/tasks/simulate.js';
import { scratchFolder } from '../formats/scratchFolder.js';
import { course } from './workplace.js';

const folder = scratchFolder();

async function records(name: string, change: Partial<SimulateRequest>): Promise<SpectrumRecord[]> {
  const out = folder.path(name);
  await simulate(defaultSettings(), { stars: { pairs: 2 }, seed: 5, snr: 100, out, ...change }, course);
  const found: SpectrumRecord[] = [];
  for await (const record of findFormat('hdf5').read(out, { visits: false })) found.push(record);
  return found;
}

test('a catalogue with errors says so, and readers meet the wrong values alone', async () => {
  const exact = await records('exact.h5', {});
  const wrong = await records('wrong.h5', { catalogueErrors: { teff: 50, logg: 0.08 } });
  expect(exact[1].parameters?.errors).toEqual({ teff: null, logg: null, feh: null });
  expect(wrong[1].parameters?.errors).toEqual({ teff: 50, logg: 0.08, feh: null });
  expect(wrong[1].parameters?.teff).not.toBe(exact[1].parameters?.teff);
  expect(wrong[1].spectrum).toEqual(exact[1].spectrum);
  const file = await Hdf5File.open(folder.path('wrong.h5'));
  expect(file.readNumbers(file.dataset('/true_teff'), 1, 1)[0]).toBe(exact[1].parameters?.teff);
  file.close();
});

test('a survey with continuum says that it is not normalised', async () => {
  const [flat, observed] = [await records('flat.h5', {}), await records('continuum.h5', { continuum: true })];
  expect([flat[0].normalised, observed[0].normalised]).toEqual([true, false]);
  expect(observed[0].spectrum.flux[3000]).toBeGreaterThan(5);
});
