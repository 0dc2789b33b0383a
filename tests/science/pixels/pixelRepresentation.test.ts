import { beforeAll, describe, expect, it } from 'vitest';
import { FileError } from '../../../src/domain/errors.js';
import { readArtefact, writeArtefact } from '../../../src/science/artefact/artefact.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { Random } from '../../../src/science/networks/random.js';
import { PixelRepresentation } from '../../../src/science/pixels/pixelRepresentation.js';

const PIXELS = 8;
const nan = Number.NaN;
/** Pixels 0 and 4 are not covered. */
const mean = Float32Array.of(nan, 0.9, 0.8, 0.7, nan, 0.95, 0.6, 1);
const noise = new Float32Array(6).fill(0.04);
const pixels = new PixelRepresentation(mean, noise);
const odd = [nan, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -1e30, 3e38, 1];
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

/** Rows that are all `flux` with an ivar of 1e4. */
function evenRows(rows: number, flux: number) {
  return {
    flux: new Float32Array(rows * PIXELS).fill(flux),
    ivar: new Float32Array(rows * PIXELS).fill(1e4),
  };
}

describe('spectra by their pixels', () => {
  it('are 4 flux - 3.5 of the covered pixels, and back', () => {
    const flux = Float32Array.of(9, 0.5, 0.625, 0.75, 9, 0.875, 1, 1.125);
    const x = pixels.represent(backend, flux, new Float32Array(PIXELS).fill(1), 1);
    expect([...x]).toEqual([-1.5, -1, -0.5, 0, 0.5, 1]);
    expect([...pixels.reconstruct(backend, x, 1)]).toEqual([nan, 0.5, 0.625, 0.75, nan, 0.875, 1, 1.125]);
  });

  it('take the mean flux where a pixel is flagged', () => {
    const { flux, ivar } = evenRows(2, 0.5);
    ivar[PIXELS + 3] = 0;
    const x = pixels.represent(backend, flux, ivar, 2);
    expect(x[6 + 2]).toBeCloseTo(4 * 0.7 - 3.5, 6);
    expect([...x].filter((value) => value === -1.5)).toHaveLength(11);
  });

  it('change no bit with the flux of a pixel that says nothing, whatever it is', () => {
    const random = new Random(5);
    for (let trial = 0; trial < 200; trial++) {
      const flux = Float32Array.from({ length: 3 * PIXELS }, () => random.uniform());
      const ivar = Float32Array.from(flux, () => (random.uniform() < 0.4 ? 0 : 100 * random.uniform()));
      const spoilt = flux.map((value, i) =>
        ivar[i] === 0 || Number.isNaN(mean[i % PIXELS]) ? odd[random.integer(odd.length)] : value,
      );
      const x = pixels.represent(backend, flux, ivar, 3);
      expect(pixels.represent(backend, spoilt, ivar, 3)).toEqual(x);
      expect(x.every(Number.isFinite)).toBe(true);
    }
  });

  it('are learnt from the spectra: what is mostly flagged is not covered, the mean leaves flagged pixels out, the noise is theirs', async () => {
    const { flux, ivar } = evenRows(10, 0.5);
    for (let row = 0; row < 10; row++) {
      ivar[row * PIXELS] = row < 4 ? 1e4 : 0;
      if (row < 2) {
        ivar[row * PIXELS + 3] = 0;
        flux[row * PIXELS + 3] = nan;
      }
      flux[row * PIXELS + 5] = row % 2;
    }
    const read: number[] = [];
    const source = { rows: 10, pixels: PIXELS, read: async () => ({ flux, ivar }) };
    const learnt = await PixelRepresentation.fit(source, (rows) => read.push(rows));
    expect(read).toEqual([10]);
    const { mean } = learnt.toTensors();
    expect([...mean.values]).toEqual([nan, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    for (const p of [0, 1, 3, 6]) expect(learnt.noise[p]).toBeCloseTo(0.04, 6);
  });

  it('are represented alike after storing and loading', () => {
    const bytes = writeArtefact(pixels.toTensors(), {});
    const again = PixelRepresentation.fromTensors(readArtefact(bytes).tensors);
    expect(again.toTensors()).toEqual(pixels.toTensors());
    const { flux, ivar } = evenRows(1, 0.9);
    expect(again.represent(backend, flux, ivar, 1)).toEqual(pixels.represent(backend, flux, ivar, 1));
  });

  it.each([
    ['without a mean', { mean: undefined }],
    ['without noise', { noise: undefined }],
    ['with noise of other pixels', { noise: { shape: [5], values: new Float32Array(5).fill(1) } }],
    ['with a noise of 0', { noise: { shape: [6], values: new Float32Array(6) } }],
    ['without a covered pixel', { mean: { shape: [2], values: Float32Array.of(nan, nan) } }],
  ])('are refused %s', (_what, change) => {
    const tensors = { ...pixels.toTensors(), ...change } as ReturnType<typeof pixels.toTensors>;
    expect(() => PixelRepresentation.fromTensors(tensors)).toThrow(FileError);
  });
});
