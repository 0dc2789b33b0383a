import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpectrumBatch } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import { silent } from '../../src/domain/progress.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { simulateRows } from '../../src/science/simulator/simulatedRows.js';
import { type Measurement, medianMilliseconds, whyNotJudged } from './measurement.js';

/** As many as a demonstration has: a decoder of few spectra is so crooked that a fit takes eight linearisations, where that of 30,000 spectra takes two. */
const PAIRS = 3000;
const BATCH = 256;
/** Batches that the compute processes have in hand at a time, so that neither of two waits for one, and how often they are sent. */
const IN_FLIGHT = 4;
const ROUNDS = 9;
/** Spectra a second on four idle cores. */
const marks = { even: 1500, varied: 200 };

/**
 * Spectra encoded per second, maximum a posteriori, in batches of 256 as `encode` sends them: one ivar for all pixels, a 20th of the pixels flagged at random, an ivar of
 * its own for each pixel; and with a catalogue's errors, when parameters are fitted too. Each is held against the first.
 */
export async function bench(): Promise<Measurement[]> {
  const judged = whyNotJudged() === null;
  const compute = startCompute({ backend: 'auto' });
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  try {
    const training = simulated();
    const request = {
      method: 'faderdis',
      preset: 'compact',
      parameters: ['teff', 'logg'],
      grid: apogeeGrid,
      rows: training.rows,
      seed: 1,
      settings: {},
    } as const;
    const course = { report: silent, signal: new AbortController().signal, folder, resume: false };
    const { artefact, config } = await compute.train(request, once(training), course);
    const model = { id: 'bench', load: async () => artefact };
    const even = firstRows(training, BATCH);
    const withIvar = (factor: (i: number) => number): SpectrumBatch => ({
      ...even,
      ivar: even.ivar.map((ivar, i) => ivar * factor(i)),
    });
    const scrambled = (i: number) => ((i * 7919) % 1000) / 1000;
    const uncertain = { ...even, parameterErrors: even.parameterErrors.map((_, i) => [50, 0.08, 0][i % 3]) };
    const perSecond = async (batch: SpectrumBatch) => {
      const calls = () => Promise.all(Array.from({ length: IN_FLIGHT }, () => compute.encode(model, batch)));
      return (1000 * IN_FLIGHT * batch.rows) / (await medianMilliseconds(ROUNDS, calls));
    };
    const reference = await perSecond(even);
    const line = (name: string, value: number, mark: number | null) => ({
      name: `encode, ${name} (${config.components} components)`,
      value,
      unit: 'spectra/s',
      reference,
      ratio: value / reference,
      mark,
      // A mark that is reached on busy cores is reached.
      met: mark === null || (!judged && value < mark) ? null : value >= mark,
    });
    return [
      line('one ivar for all pixels', reference, marks.even),
      line('5 % of the pixels flagged', await perSecond(withIvar((i) => (scrambled(i) < 0.05 ? 0 : 1))), marks.varied),
      line('ivar by pixel', await perSecond(withIvar((i) => 0.5 + scrambled(i))), marks.varied),
      line('one ivar, parameters with errors', await perSecond(uncertain), null),
    ];
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

function firstRows({ rows, flux, ivar, parameters, parameterErrors }: SpectrumBatch, count: number): SpectrumBatch {
  const pixels = flux.length / rows;
  return {
    rows: count,
    flux: flux.slice(0, count * pixels),
    ivar: ivar.slice(0, count * pixels),
    parameters: parameters.slice(0, 3 * count),
    parameterErrors: parameterErrors.slice(0, 3 * count),
  };
}

async function* once(batch: SpectrumBatch): AsyncGenerator<SpectrumBatch> {
  yield batch;
}
