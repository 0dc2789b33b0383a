import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { elements, parameterRanges, population } from '../../../src/science/simulator/population.js';
import { type SimulationRequest, simulate } from '../../../src/science/simulator/simulate.js';
import type { SimulatedRows } from '../../../src/science/simulator/simulatedRows.js';
import { synthesise } from '../../../src/science/simulator/synthesis.js';
import { drawPair } from '../../../src/science/simulator/twinPair.js';
import { chipPixels, mean } from './chipStatistics.js';

const pixels = apogeeGrid.wavelength.length;

async function collect(request: Partial<SimulationRequest>): Promise<SimulatedRows[]> {
  const blocks: SimulatedRows[] = [];
  const whole = { stars: { pairs: 4 }, seed: 3, snr: 100, processes: 1, ...request };
  await simulate(whole, (rows) => void blocks.push(rows), silent, new AbortController().signal);
  return blocks;
}

function spectrum(rows: SimulatedRows, row: number): Float32Array {
  return rows.flux.subarray(row * pixels, (row + 1) * pixels);
}

describe('a simulated survey', () => {
  it('is the same to the bit however many threads make it', async () => {
    const [one, three] = [
      await collect({ stars: { pairs: 40 } }),
      await collect({ stars: { pairs: 40 }, processes: 3 }),
    ];
    expect(three).toEqual(one);
    expect(one.flatMap(({ ids }) => ids)).toHaveLength(80);
    expect(new Set(one.flatMap(({ ids }) => ids)).size).toBe(80);
  });

  it('does not change its pairs when it grows, and changes all with the seed', async () => {
    const [[small], [large], [other]] = [
      await collect({ stars: { pairs: 2 } }),
      await collect({ stars: { pairs: 5 } }),
      await collect({ stars: { pairs: 2 }, seed: 4 }),
    ];
    expect(spectrum(large, 3)).toEqual(spectrum(small, 3));
    expect(spectrum(other, 3)).not.toEqual(spectrum(small, 3));
  });

  it('is made of twins that share abundances and differ in physical parameters', async () => {
    const [rows] = await collect({ stars: { pairs: 3 }, seed: 9 });
    expect(rows.ids.slice(0, 3)).toEqual(['sim-9-0000000-a', 'sim-9-0000000-b', 'sim-9-0000001-a']);
    expect([...rows.twin]).toEqual([1, 0, 3, 2, 5, 4]);
    for (const row of [0, 2, 4]) {
      for (const element of elements) expect(rows.abundances[element][row]).toBe(rows.abundances[element][row + 1]);
      expect(rows.feh[row]).toBe(rows.abundances.Fe[row]);
      expect(rows.teff[row]).not.toBe(rows.teff[row + 1]);
      expect(rows.logg[row]).not.toBe(rows.logg[row + 1]);
    }
  });

  it('has Gaussian noise of one over the signal to noise, and says so in its ivar', async () => {
    const [[noisy], [clean]] = [await collect({ snr: 50 }), await collect({ snr: null })];
    const deviates = chipPixels.map((pixel) => 50 * (spectrum(noisy, 5)[pixel] - spectrum(clean, 5)[pixel]));
    expect(Math.abs(mean(deviates))).toBeLessThan(0.04);
    expect(Math.abs(mean(deviates.map((x) => x * x)) - 1)).toBeLessThan(0.06);
    for (const pixel of chipPixels) expect(noisy.ivar[5 * pixels + pixel]).toBe(2500);
    expect(noisy.snr[5]).toBe(50);
    expect(clean.ivar[chipPixels[0]]).toBe(40_000);
  });

  it('is noiseless without a signal to noise: the synthetic spectrum itself', async () => {
    const [rows] = await collect({ stars: { pairs: 1 }, seed: 12, snr: null });
    const { abundances, stars } = drawPair(12, 0);
    expect(spectrum(rows, 1)).toEqual(synthesise({ ...stars[1], abundances }));
  });

  it('says nothing outside the chips', async () => {
    const [rows] = await collect({ stars: { pairs: 1 } });
    const inside = new Set(chipPixels);
    for (let pixel = 0; pixel < pixels; pixel++)
      if (!inside.has(pixel)) expect([rows.ivar[pixel], rows.flux[pixel]]).toEqual([0, 1]);
  });

  it('carries a smooth continuum when asked, with noise that scales with it', async () => {
    const [[observed], [flat]] = [await collect({ continuum: true }), await collect({})];
    const ratio = chipPixels.map((pixel) => spectrum(observed, 2)[pixel] / spectrum(flat, 2)[pixel]);
    expect(Math.max(...ratio) / Math.min(...ratio)).toBeGreaterThan(1.15);
    chipPixels.forEach((pixel, i) => {
      if (i > 0 && chipPixels[i - 1] === pixel - 1) expect(Math.abs(ratio[i] / ratio[i - 1] - 1)).toBeLessThan(0.002);
      const weight = observed.ivar[2 * pixels + pixel] * ratio[i] ** 2;
      expect(Math.abs(weight / 10_000 - 1)).toBeLessThan(1e-4);
    });
  });

  it('can be catalogued wrongly: the spectra stay as they are', async () => {
    const [[wrong], [exact]] = [
      await collect({ stars: { pairs: 30 }, catalogueErrors: { teff: 50, logg: 0.08 } }),
      await collect({ stars: { pairs: 30 } }),
    ];
    expect(wrong.flux).toEqual(exact.flux);
    expect(wrong.trueTeff).toEqual(exact.teff);
    const spread = (a: Float64Array, b: Float64Array) =>
      Math.sqrt(mean(Array.from(a, (value, row) => (value - b[row]) ** 2)));
    expect(spread(wrong.teff, wrong.trueTeff) / 50).toBeCloseTo(1, 0);
    expect(spread(wrong.logg, wrong.trueLogg) / 0.08).toBeCloseTo(1, 0);
  });

  it('follows the population of the paper', () => {
    const pairs = Array.from({ length: 4000 }, (_, pair) => drawPair(1, pair));
    for (const element of elements) {
      const values = pairs.map(({ abundances }) => abundances[element]);
      const centre = mean(values);
      const sigma = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
      expect(Math.abs(centre - population[element].mean)).toBeLessThan(0.07 * population[element].sigma);
      expect(Math.abs(sigma / population[element].sigma - 1)).toBeLessThan(0.05);
    }
    const teffs = pairs.flatMap(({ stars }) => stars.map(({ teff }) => teff));
    expect(Math.min(...teffs)).toBeGreaterThanOrEqual(parameterRanges.teff[0]);
    expect(Math.max(...teffs)).toBeLessThan(parameterRanges.teff[1]);
    expect(Math.abs(mean(teffs) - 4500)).toBeLessThan(15);
  });
});

describe('simulating', () => {
  it('reports its progress up to the last pair', async () => {
    const done: number[] = [];
    await simulate(
      { stars: { pairs: 20 }, seed: 1, snr: 100, processes: 2 },
      () => {},
      (event) => done.push(event.done),
      new AbortController().signal,
    );
    expect(done).toEqual([16, 20]);
  });

  it('stops when it is told to, and when the writer fails', async () => {
    const controller = new AbortController();
    const request = { stars: { pairs: 1000 }, seed: 1, snr: 100, processes: 2 };
    let blocks = 0;
    const stopping = simulate(
      request,
      () => {
        blocks++;
        controller.abort(new Error('stopped'));
      },
      silent,
      controller.signal,
    );
    await expect(stopping).rejects.toThrow('stopped');
    expect(blocks).toBe(1);
    const full = () => Promise.reject(new Error('disk full'));
    await expect(simulate(request, full, silent, new AbortController().signal)).rejects.toThrow('disk full');
  });

  it.each([
    [{ stars: { pairs: 0 } }, 'pairs: expected a whole number'],
    [{ seed: -1 }, 'seed: expected a whole number'],
    [{ snr: 0 }, 'snr: expected a positive number'],
    [{ processes: 1.5 }, 'processes: expected a whole number'],
  ])('refuses %o', async (wrong, message) => {
    await expect(collect(wrong)).rejects.toThrow(message);
  });
});
