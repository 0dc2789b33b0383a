import { expect, it } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import { planOf } from '../../../src/science/latents/modelDesign.js';
import { Preparation } from '../../../src/science/latents/preparation.js';
import { loadBackend } from '../../../src/science/networks/backend.js';
import { sliceOf, syntheticGrid, syntheticSpectra } from './syntheticSpectra.js';

const spectra = syntheticSpectra(600, { seed: 3, snr: 100 });
const { rows, pixels, ivar } = spectra;
/** Every third star has a tenth of the inverse variance; the first has nothing in half of its pixels. */
for (let row = 2; row < rows; row += 3) ivar.fill(1000, row * pixels, (row + 1) * pixels);
ivar.fill(0, 0, pixels / 2);

it.each(['faderdis', 'polydis'])(
  'every training spectrum weighs by its own noise (%s), also when it is prepared once and read back',
  async (method) => {
    const plan = planOf({
      ...{ method, preset: 'compact', parameters: ['teff', 'logg'], grid: syntheticGrid, seed: 1, settings: {} },
    });
    const source = { ...spectra, read: async (start: number, count: number) => sliceOf(spectra, start, start + count) };
    const signal = new AbortController().signal;
    const kept: Float32Array[] = [];
    const keep = async (x: Float32Array) => void kept.push(x);
    const prepared = await Preparation.from(await loadBackend('auto'), plan, source, keep, silent, signal);
    const { weight } = prepared.outline;
    expect(kept.reduce((sum, { length }) => sum + length, 0)).toBe(rows * prepared.outline.width);
    expect(weight).toHaveLength(rows);
    expect(weight[2] / weight[1]).toBeCloseTo(0.1, 2);
    expect(weight[5]).toBeCloseTo(weight[2], 4);
    expect(weight[0]).toBeLessThan(0.8 * weight[1]);

    const { ranges } = prepared.scaler;
    const again = Preparation.fromTensors(prepared.toTensors(), plan, ranges);
    expect(again.outline).toEqual(prepared.outline);
  },
);
