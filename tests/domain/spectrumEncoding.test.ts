import { describe, expect, it } from 'vitest';
import type { Spectrum } from '../../src/domain/spectrum.js';
import { decodeRows, decodeSpectrum, encodeSpectrum } from '../../src/domain/spectrumEncoding.js';
import { fc } from '../properties.js';

/** Largest relative error of ivar: half a step of 1/16 octave. */
const IVAR_TOLERANCE = 2 ** (1 / 32) - 1 + 1e-6;

function spectrum(flux: number[], ivar: number[], mask: number[] = flux.map(() => 0)): Spectrum {
  return { flux: Float32Array.from(flux), ivar: Float32Array.from(ivar), mask: Uint32Array.from(mask) };
}

const pixel = fc.record({
  flux: fc.float({ min: -2, max: 3, noNaN: true }),
  snr: fc.float({ min: 1, max: 1000, noNaN: true }),
  flagged: fc.boolean(),
  mask: fc.nat(2 ** 32 - 1),
});

describe('an encoded spectrum', () => {
  it('gives flux within a twentieth of sigma, ivar within 2.2 %, and mask and flags exactly', () => {
    fc.assert(
      fc.property(fc.array(pixel, { maxLength: 300 }), (pixels) => {
        const given = spectrum(
          pixels.map(({ flux }) => flux),
          pixels.map(({ snr, flagged }) => (flagged ? 0 : snr * snr)),
          pixels.map(({ mask }) => mask),
        );
        const encoded = encodeSpectrum(given);
        const read = decodeSpectrum(encoded);
        expect(read.mask).toEqual(given.mask);
        expect(encoded.overflowPixels).toBe(0);
        expect(encoded.goodPixels).toBe(given.ivar.filter((w) => w > 0).length);
        for (let i = 0; i < pixels.length; i++) {
          if (pixels[i].flagged) expect([read.flux[i], read.ivar[i]]).toEqual([0, 0]);
          else {
            const sigma = 1 / Math.sqrt(read.ivar[i]);
            expect(Math.abs(read.flux[i] - given.flux[i])).toBeLessThanOrEqual(sigma / 20 + 1e-6);
            expect(Math.abs(read.ivar[i] / given.ivar[i] - 1)).toBeLessThanOrEqual(IVAR_TOLERANCE);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('does not depend on the flux of flagged pixels', () => {
    const ivar = [0, 1e4, 0, 1e4];
    const [a, b] = [spectrum([7, 1, 9, 0.9], ivar), spectrum([Number.NaN, 1, -1e30, 0.9], ivar)].map(encodeSpectrum);
    expect(a).toEqual(b);
  });

  it('holds every ivar that a float32 can be', () => {
    const ivar = [1.2e-38, 1e-6, 1, 4e4, 1e9, 3e38];
    const read = decodeSpectrum(
      encodeSpectrum(
        spectrum(
          ivar.map(() => 1),
          ivar,
        ),
      ),
    );
    for (let i = 0; i < ivar.length; i++)
      expect(Math.abs(read.ivar[i] / ivar[i] - 1)).toBeLessThanOrEqual(IVAR_TOLERANCE);
    expect(read.flux).toEqual(Float32Array.from(ivar, () => 1));
  });

  it('flags and counts a flux that is too many sigmas from 1, and what is not finite', () => {
    const encoded = encodeSpectrum(
      spectrum([4.3, 4.2, -2.2, 1, Number.NaN, 1, 1, 1], [1e6, 1e6, 1e6, 1e6, 1e6, Number.NaN, -1, Infinity]),
    );
    expect(encoded).toMatchObject({ overflowPixels: 1, goodPixels: 3 });
    const read = decodeSpectrum(encoded);
    expect([...read.ivar].map((w) => w > 0)).toEqual([false, true, true, true, false, false, false, false]);
    expect(read.flux[1]).toBeCloseTo(4.2, 4);
    expect(read.flux[2]).toBeCloseTo(-2.2, 4);
  });

  it('may be empty, and may have nothing but flagged pixels', () => {
    expect(decodeSpectrum(encodeSpectrum(spectrum([], [])))).toEqual(spectrum([], []));
    expect(decodeSpectrum(encodeSpectrum(spectrum([5, 6], [0, 0], [1, 2])))).toEqual(spectrum([0, 0], [0, 0], [1, 2]));
  });

  it('of 8,575 pixels at SNR 100 takes less than a sixth of float32 flux and ivar', () => {
    const pixels = 8575;
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const noise = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const flux = Array.from(
      { length: pixels },
      (_, i) => 1 - 0.2 * Math.exp(-(((i % 40) - 20) ** 2) / 8) + 0.01 * noise(),
    );
    const encoded = encodeSpectrum(
      spectrum(
        flux,
        flux.map(() => 1e4),
      ),
    );
    expect(encoded.flux.length + encoded.ivar.length + encoded.mask.length).toBeLessThan((pixels * 8) / 6);
  });

  it('that is damaged is refused', () => {
    const encoded = encodeSpectrum(spectrum([1, 1, 1], [1, 1, 1]));
    const flux = encoded.flux.slice();
    flux[flux.length - 1] ^= 1;
    expect(() => decodeSpectrum({ ...encoded, flux })).toThrow(/stored spectrum is damaged/);
  });

  it('is decoded beside others of its grid as it is alone', () => {
    const rows = [spectrum([1, 0.5, 9], [1e4, 4e4, 0]), spectrum([0.25, 7, 1], [1e2, 0, 1e4])].map(encodeSpectrum);
    const alone = rows.map(decodeSpectrum);
    const joined = (of: 'flux' | 'ivar') => Float32Array.from(alone.flatMap((row) => [...row[of]]));
    // Of an earlier batch.
    const [flux, ivar] = [new Float32Array(6).fill(7), new Float32Array(6).fill(7)];
    decodeRows(rows, flux, ivar);
    expect({ flux, ivar }).toEqual({ flux: joined('flux'), ivar: joined('ivar') });
    const longer = () => decodeRows(rows, new Float32Array(8), new Float32Array(8));
    expect(longer).toThrow(/damaged: it has 3 pixels, and its grid 4/);
  });
});
