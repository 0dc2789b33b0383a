import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpectrumBatch, TrainCourse, TrainRequest } from '../../src/compute/compute.js';
import { keepSpool, Spool } from '../../src/compute/spool.js';
import { GridError, InputError, SpectrumError, TrainingError } from '../../src/domain/errors.js';
import { silent } from '../../src/domain/progress.js';
import {
  type SyntheticSpectra,
  sliceOf,
  syntheticGrid,
  syntheticSpectra,
} from '../science/latents/syntheticSpectra.js';

const spectra = syntheticSpectra(50, { seed: 1, snr: 100 });
const request: TrainRequest = {
  method: 'polydis',
  preset: 'compact',
  parameters: ['teff', 'logg'],
  grid: syntheticGrid,
  rows: 50,
  seed: 1,
  settings: {},
};
let folder: string;
let batchesRead: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-spool-'));
  batchesRead = 0;
});
afterEach(() => rm(folder, { recursive: true }));

async function* batches(all: SyntheticSpectra): AsyncGenerator<SpectrumBatch> {
  for (let start = 0; start < all.rows; start += 15) {
    batchesRead++;
    yield sliceOf(all, start, Math.min(start + 15, all.rows));
  }
}

function course(resume: boolean): TrainCourse {
  return { folder, resume, report: silent, signal: new AbortController().signal };
}

async function idOfSpool(): Promise<string> {
  const spool = await Spool.open(folder);
  await spool.close();
  return spool.id;
}

/** A copy with one value changed. */
function changed(
  array: 'flux' | 'ivar' | 'parameters' | 'parameterErrors',
  index: number,
  value: number,
): SyntheticSpectra {
  const copy = sliceOf(spectra, 0, spectra.rows);
  copy[array][index] = value;
  return copy;
}

describe('the spool of training spectra', () => {
  it('gives back any slice bit for bit, NaN in flagged pixels included', async () => {
    const flagged = changed('flux', 7, Number.NaN);
    flagged.ivar[7] = 0;
    await keepSpool(request, batches(flagged), course(false));
    const spool = await Spool.open(folder);
    expect([spool.rows, spool.pixels]).toEqual([50, syntheticGrid.wavelength.length]);
    expect(spool.parameters).toEqual(flagged.parameters);
    for (const [start, end] of [
      [0, 50],
      [0, 1],
      [14, 16],
      [49, 50],
    ]) {
      const { flux, ivar } = sliceOf(flagged, start, end);
      expect(await spool.read(start, end - start)).toEqual({ flux, ivar });
    }
    await spool.close();
  });

  it('is used again on resume after a look at its first batch alone', async () => {
    await keepSpool(request, batches(spectra), course(false));
    const id = await idOfSpool();
    batchesRead = 0;
    await keepSpool(request, batches(spectra), course(true));
    expect([await idOfSpool(), batchesRead]).toEqual([id, 1]);
  });

  it('is written anew without resume, when the archive changed, when it is incomplete and when it is short', async () => {
    const ids = new Set<string>();
    const spoolAgain = async (all: SyntheticSpectra, resume: boolean) => {
      await keepSpool(request, batches(all), course(resume));
      ids.add(await idOfSpool());
    };
    await spoolAgain(spectra, false);
    await spoolAgain(spectra, false);
    await spoolAgain(changed('ivar', 3, 1), true);
    await rm(join(folder, 'spool.json'));
    await spoolAgain(spectra, true);
    await truncate(join(folder, 'flux.f32'), 1000);
    await spoolAgain(spectra, true);
    await writeFile(join(folder, 'spool.json'), '{"id":');
    await spoolAgain(spectra, true);
    expect(ids.size).toBe(6);
  });

  it('takes what was derived from an older spool away with it, and leaves other files alone', async () => {
    await keepSpool(request, batches(spectra), course(false));
    for (const name of ['checkpoint.safetensors', 'prepared.safetensors', 'notes.txt'])
      await writeFile(join(folder, name), 'x');
    await keepSpool(request, batches(spectra), course(false));
    expect((await readdir(folder)).sort()).toEqual([
      'errors.f64',
      'flux.f32',
      'ivar.f32',
      'notes.txt',
      'parameters.f64',
      'spool.json',
    ]);
  });

  it('refuses to resume the training of another request, and keeps it', async () => {
    await keepSpool(request, batches(spectra), course(false));
    const id = await idOfSpool();
    const other = { ...request, seed: 2 };
    await expect(keepSpool(other, batches(spectra), course(true))).rejects.toThrow(TrainingError);
    expect(await idOfSpool()).toBe(id);
  });

  it('refuses spectra that no model can be trained on, naming the spectrum', async () => {
    const attempt = (all: SyntheticSpectra, asked = request) => keepSpool(asked, batches(all), course(false));
    await expect(attempt(changed('parameters', 20 * 3, Number.NaN))).rejects.toThrow(InputError);
    await expect(attempt(changed('parameters', 20 * 3, Number.NaN))).rejects.toThrow('teff of training spectrum 20');
    await expect(attempt(changed('flux', 16 * 300 + 4, Number.NaN))).rejects.toThrow('training spectrum 16, pixel 4');
    await expect(attempt(changed('ivar', 2, -1))).rejects.toThrow(SpectrumError);
    await expect(attempt(changed('ivar', 2, Number.POSITIVE_INFINITY))).rejects.toThrow(SpectrumError);
    const shorter = { ...syntheticGrid, wavelength: syntheticGrid.wavelength.slice(1) };
    await expect(attempt(spectra, { ...request, grid: shorter })).rejects.toThrow(GridError);
    await expect(attempt(spectra, { ...request, rows: 51 })).rejects.toThrow('expected 51, found 50');
    await expect(Spool.open(folder)).rejects.toThrow(TrainingError);
  });

  it('is not begun on a disk that cannot hold it, with x in pixels beside it where the preset wants that', async () => {
    const needed = async (preset: string) => {
      const kept = keepSpool({ ...request, preset, rows: 1e15 }, batches(spectra), course(false));
      const refusal = await kept.catch((error: Error) => error.message);
      return Number(/expected (\d+) MB free/.exec(String(refusal))?.[1]);
    };
    expect(await needed('paper')).toBeGreaterThan(1.4 * (await needed('compact')));
  });

  it('does not mind an unknown parameter that the model does not use', async () => {
    await keepSpool(request, batches(changed('parameters', 2, Number.NaN)), course(false));
    expect(await idOfSpool()).toMatch(/./);
  });

  it('stops between two batches when it is asked to, and closes the source', async () => {
    const stop = new AbortController();
    let closed = false;
    async function* source() {
      try {
        yield* batches(spectra);
      } finally {
        closed = true;
      }
    }
    const spooling = keepSpool(request, source(), {
      ...course(false),
      signal: stop.signal,
      report: () => stop.abort(new Error('enough')),
    });
    await expect(spooling).rejects.toThrow('enough');
    expect([closed, batchesRead]).toEqual([true, 2]);
  });
});
