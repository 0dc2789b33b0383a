import { describe, expect, it } from 'vitest';
import { InputError, TrainingError } from '../../../src/domain/errors.js';
import { ParameterScaler } from '../../../src/science/latents/parameterScaler.js';
import { fc } from '../../properties.js';

/** Rows of teff, logg, feh. */
function table(rows: readonly (readonly [number, number, number])[]): Float64Array {
  return Float64Array.from(rows.flat());
}

const grid = table(Array.from({ length: 101 }, (_, i) => [4000 + 10 * i, 3 - 0.015 * i, Number.NaN]));

/** 99 stars between 4000 and 5000 K, and one at 8000. */
const tailed = table(Array.from({ length: 100 }, (_, i) => [i === 57 ? 8000 : 4000 + (1000 * i) / 99, 2 + i / 100, 0]));

describe('the scaler of u', () => {
  it('maps the training range onto [-1, 1] and its middle onto 0', () => {
    const scaler = ParameterScaler.fit(['teff', 'logg'], grid, 'full');
    const { u, extrapolated } = scaler.scale(
      table([
        [4000, 3, 0],
        [4500, 2.25, 0],
        [5000, 1.5, 0],
      ]),
      3,
    );
    expect([...u]).toEqual([-1, 1, 0, 0, 1, -1]);
    expect([...extrapolated]).toEqual([0, 0, 0]);
  });

  it('flags every spectrum outside the training range, and only those', () => {
    const scaler = ParameterScaler.fit(['teff', 'logg'], grid, 'full');
    const values = table([
      [3999, 2, 0],
      [4200, 3.01, 0],
      [4000, 1.5, 0],
      [5000.0001, 2, 0],
    ]);
    expect([...scaler.scale(values, 4).extrapolated]).toEqual([1, 1, 0, 0]);
  });

  it('never lets u leave its limits, and keeps the order of the parameter', () => {
    const scaler = ParameterScaler.fit(['teff'], grid, 'full');
    const kelvin = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(kelvin, kelvin, (a, b) => {
        const { u } = scaler.scale(
          table([
            [Math.min(a, b), 0, 0],
            [Math.max(a, b), 0, 0],
          ]),
          2,
        );
        expect(u[0]).toBeGreaterThanOrEqual(-1);
        expect(u[1]).toBeLessThanOrEqual(1);
        expect(u[0]).toBeLessThanOrEqual(u[1]);
      }),
    );
  });

  it('does not look at a parameter that the model does not use', () => {
    const scaler = ParameterScaler.fit(['teff', 'logg'], grid, 'auto');
    expect([...scaler.scale(table([[4500, 2.25, Number.NaN]]), 1).extrapolated]).toEqual([0]);
    expect([...scaler.scale(table([[4500, 2.25, -9]]), 1).extrapolated]).toEqual([0]);
  });

  it('refuses an unknown parameter and names it with its row', () => {
    const scaler = ParameterScaler.fit(['teff', 'logg'], grid, 'full');
    const unknown = table([
      [4500, 2.25, 0],
      [4500, Number.NaN, 0],
    ]);
    expect(() => scaler.scale(unknown, 2)).toThrow(InputError);
    expect(() => scaler.scale(unknown, 2)).toThrow('logg of spectrum 1');
    expect(() => ParameterScaler.fit(['feh'], grid, 'full')).toThrow('feh of spectrum 0');
  });

  it('refuses a parameter that is the same everywhere', () => {
    expect(() => ParameterScaler.fit(['feh'], tailed, 'auto')).toThrow(TrainingError);
    expect(() => ParameterScaler.fit(['feh'], tailed, 'auto')).toThrow(
      'feh: expected a range of values, found 0 to 0 dex in 100 training spectra',
    );
  });

  it('takes the extremes of a uniform distribution and the inner 98 % of one with tails', () => {
    expect(ParameterScaler.fit(['teff'], grid, 'auto').ranges).toEqual([{ min: 4000, max: 5000, limit: 1 }]);
    const [teff] = ParameterScaler.fit(['teff'], tailed, 'auto').ranges;
    expect(teff).toEqual(ParameterScaler.fit(['teff'], tailed, 'percentile').ranges[0]);
    expect(teff.limit).toBe(1.2);
    expect(teff.min).toBeGreaterThan(4000);
    expect(teff.max).toBeLessThan(5040);
    expect(ParameterScaler.fit(['teff'], tailed, 'full').ranges).toEqual([{ min: 4000, max: 8000, limit: 1 }]);
  });
});
