import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpectrumBatch } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import { silent } from '../../src/domain/progress.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { simulateRows } from '../../src/science/simulator/simulatedRows.js';
import { type Measurement, medianMilliseconds } from './measurement.js';

const PAIRS = 128;
const CALLS = 20;

/** Spectra encoded per second, in batches of 256: one ivar for all pixels, held against an ivar of its own for each pixel. */
export async function bench(): Promise<Measurement[]> {
  const compute = startCompute({ backend: 'auto' });
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  try {
    const uniform = simulated();
    const request = {
      method: 'polydis',
      preset: 'compact',
      parameters: ['teff', 'logg'],
      grid: apogeeGrid,
      rows: uniform.rows,
      seed: 1,
      settings: {},
    } as const;
    const course = { report: silent, signal: new AbortController().signal, folder, resume: false };
    const { artefact } = await compute.train(request, once(uniform), course);
    const model = { id: 'bench', load: async () => artefact };
    const varied = { ...uniform, ivar: uniform.ivar.map((ivar, i) => ivar * (0.5 + ((i * 7919) % 1000) / 1000)) };
    const perSecond = async (batch: SpectrumBatch) =>
      (1000 * batch.rows) / (await medianMilliseconds(CALLS, () => compute.encode(model, batch)));
    const [fast, slow] = [await perSecond(uniform), await perSecond(varied)];
    const line = (name: string, value: number, reference: number | null) => ({
      name,
      value,
      unit: 'spectra/s',
      reference,
      ratio: reference && value / reference,
      mark: null,
      met: null,
    });
    return [line('encode, one ivar for all pixels', fast, slow), line('encode, ivar by pixel', slow, fast)];
  } finally {
    await compute.close();
    await rm(folder, { recursive: true });
  }
}

function simulated(): SpectrumBatch {
  const { flux, ivar, teff, logg, feh } = simulateRows({ seed: 1, snr: 100, continuum: false }, 0, PAIRS);
  const rows = 2 * PAIRS;
  const parameters = new Float64Array(3 * rows);
  for (let row = 0; row < rows; row++) parameters.set([teff[row], logg[row], feh[row]], 3 * row);
  return { rows, flux, ivar, parameters, parameterErrors: new Float64Array(3 * rows) };
}

async function* once(batch: SpectrumBatch): AsyncGenerator<SpectrumBatch> {
  yield batch;
}
