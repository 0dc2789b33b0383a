import { describe, expect, it } from 'vitest';
import { withNoise } from '../../../src/science/representation/trainingNoise.js';

const PIXELS = 50;
const ROWS = 200;

/** Spectra of flux 1 and one inverse variance; every tenth pixel is flagged, with a flux that is no number. */
function evenSpectra(ivar: number) {
  const flagged = (i: number) => i % 10 === 3;
  const flux = Float32Array.from({ length: ROWS * PIXELS }, (_, i) => (flagged(i) ? Number.NaN : 1));
  const weights = Float32Array.from(flux, (_, i) => (flagged(i) ? 0 : ivar));
  const part = (values: Float32Array, start: number, count: number) =>
    values.subarray(start * PIXELS, (start + count) * PIXELS);
  return {
    rows: ROWS,
    pixels: PIXELS,
    flux,
    read: async (start: number, count: number) => ({
      flux: part(flux, start, count),
      ivar: part(weights, start, count),
    }),
  };
}

/** Standard deviation from 1 of the pixels that are good. */
function spread(flux: Float32Array): number {
  const good = flux.filter((value) => !Number.isNaN(value));
  return Math.sqrt(good.reduce((sum, value) => sum + (value - 1) ** 2, 0) / good.length);
}

describe('noise that training spectra get once and for all', () => {
  it('brings a spectrum to the total that is asked for, and its ivar says so', async () => {
    // An error floor of .5 %, as noiseless simulated spectra claim: sqrt(.01² - .005²) is what is missing.
    const { flux, ivar } = await withNoise(evenSpectra(4e4), 0.01, 1).read(0, ROWS);
    expect(spread(flux)).toBeGreaterThan(0.97 * Math.sqrt(0.75e-4));
    expect(spread(flux)).toBeLessThan(1.03 * Math.sqrt(0.75e-4));
    expect(new Set(ivar)).toEqual(new Set([0, Math.fround(1e4)]));
  });

  it('leaves spectra alone that have as much of their own', async () => {
    const noisy = evenSpectra(2500);
    expect((await withNoise(noisy, 0.01, 1).read(0, ROWS)).flux).toEqual(noisy.flux);
    expect(withNoise(noisy, 0, 1)).toBe(noisy);
  });

  it('is one realisation, however the spectra are sliced and how often they are read', async () => {
    const source = withNoise(evenSpectra(1e6), 0.01, 1);
    const whole = await source.read(0, ROWS);
    const { flux } = await source.read(70, 30);
    expect(flux).toEqual(whole.flux.slice(70 * PIXELS, 100 * PIXELS));
    expect(await source.read(0, ROWS)).toEqual(whole);
  });

  it('differs from row to row and from seed to seed, and spares flagged pixels and the spectra themselves', async () => {
    const spectra = evenSpectra(1e6);
    const [first, second] = [
      await withNoise(spectra, 0.01, 1).read(0, ROWS),
      await withNoise(spectra, 0.01, 2).read(0, ROWS),
    ];
    expect(second.flux[0]).not.toBe(first.flux[0]);
    expect(first.flux[PIXELS]).not.toBe(first.flux[0]);
    for (let i = 3; i < first.flux.length; i += 10) expect([first.flux[i], first.ivar[i]]).toEqual([Number.NaN, 0]);
    expect(spread(spectra.flux)).toBe(0);
  });
});
