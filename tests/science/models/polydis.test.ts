import { describe, expect, it } from 'vitest';
import {
  evaluatePolynomial,
  monomialExponents,
  PolynomialFit,
} from '../../../src/science/models/polydis/polynomial.js';
import { Random } from '../../../src/science/networks/random.js';

describe('a polynomial in u', () => {
  it('has 15 monomials up to degree 4 in two variables and 35 in three, the constant first', () => {
    expect(monomialExponents(2, 4)).toHaveLength(15);
    expect(monomialExponents(3, 4)).toHaveLength(35);
    expect(monomialExponents(2, 2)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
  });

  it('is found again from its values, whatever the slices', () => {
    const random = new Random(6);
    const exponents = monomialExponents(3, 4);
    const rows = 300;
    const u = Float32Array.from({ length: rows * 3 }, () => 2.4 * random.uniform() - 1.2);
    const truth = Float64Array.from({ length: exponents.length * 2 }, () => random.normal());
    const values = evaluatePolynomial(u, exponents, truth, 2);
    const fit = new PolynomialFit(exponents, 2);
    for (const [from, to] of [
      [0, 1],
      [1, 120],
      [120, rows],
    ])
      fit.add(u.subarray(3 * from, 3 * to), values.subarray(2 * from, 2 * to));
    const found = fit.solve();
    truth.forEach((coefficient, i) => {
      expect(Math.abs(found[i] - coefficient)).toBeLessThan(1e-4);
    });
  });

  it('evaluates to what the monomials say', () => {
    const exponents = monomialExponents(2, 2);
    // 1 + 2 logg - teff + teff logg at (0.5, -1): 1 - 2 - .5 - .5
    expect([...evaluatePolynomial(Float32Array.of(0.5, -1), exponents, Float64Array.of(1, 2, -1, 0, 1, 0), 1)]).toEqual(
      [-2],
    );
  });
});
