import { describe, expect, it } from 'vitest';
import { ShownSpectrum } from '../../src/domain/shownSpectrum.js';
import { decodeSpectrum, encodeSpectrum } from '../../src/domain/spectrumEncoding.js';
import { fc } from '../properties.js';

const pixel = fc.record({
  flux: fc.float({ min: -2, max: 3, noNaN: true }),
  // Of all float32 that are a variance, flagged ones among them.
  ivar: fc.oneof(
    fc.constant(0),
    fc.float({ min: 1, max: 1e6, noNaN: true }),
    fc.float({ min: 2 ** -126, noNaN: true }),
  ),
  mask: fc.nat(2 ** 32 - 1),
});

describe('a spectrum as it is shown', () => {
  it('is the decoded one with NaN in flagged pixels and the roots of its variances, to the bit', () => {
    fc.assert(
      fc.property(fc.array(pixel, { maxLength: 100 }), (pixels) => {
        const encoded = encodeSpectrum({
          flux: Float32Array.from(pixels, ({ flux }) => flux),
          ivar: Float32Array.from(pixels, ({ ivar }) => ivar),
          mask: Uint32Array.from(pixels, ({ mask }) => mask),
        });
        const { flux, ivar, mask } = decodeSpectrum(encoded);
        const shown = new ShownSpectrum(encoded);
        expect(shown.error).toEqual(ivar.map((w) => (w > 0 ? 1 / Math.sqrt(w) : Number.NaN)));
        expect(shown.flux).toEqual(flux.map((value, i) => (ivar[i] > 0 ? value : Number.NaN)));
        expect(shown.mask).toEqual(mask);
      }),
      { numRuns: 200 },
    );
  });

  it('that is damaged refuses what is asked for, and only that', () => {
    const pixels = { flux: Float32Array.of(1, 1, 1), ivar: Float32Array.of(1, 1, 0), mask: Uint32Array.of(0, 0, 7) };
    const encoded = encodeSpectrum(pixels);
    const flux = encoded.flux.slice();
    flux[flux.length - 1] ^= 1;
    const shown = new ShownSpectrum({ ...encoded, flux });
    expect(() => shown.flux).toThrow(/stored spectrum is damaged/);
    expect(shown.mask).toEqual(pixels.mask);
    expect(shown.error).toEqual(Float32Array.of(1, 1, Number.NaN));
  });
});
