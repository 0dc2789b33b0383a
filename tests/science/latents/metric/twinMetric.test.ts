import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { StarkinError } from '../../../../src/domain/errors.js';
import { FehPopulation } from '../../../../src/science/latents/metric/fehPopulation.js';
import { TwinMetric } from '../../../../src/science/latents/metric/twinMetric.js';
import { unpack } from '../../../../src/science/linearAlgebra/triangle.js';
import { fc } from '../../../properties.js';
import { gaussians } from '../randomNumbers.js';
import { draw, evidenceOf, randomCovariance, randomInformation, times } from './randomEvidence.js';

const N = 6;
const normal = gaussians(7);
const unit = Float64Array.from({ length: N * N }, (_, at) => (at % (N + 1) ? 0 : 1));
const parts = {
  scatter: randomCovariance(N, 0.1, normal),
  inconsistency: randomCovariance(N, 0.02, normal),
  widening: 0.3,
  population: null,
};
const metric = new TwinMetric(parts);

/** The evidence of a noisy spectrum of a star at r. */
function observe(r: ArrayLike<number>, information: Float64Array) {
  const signal = times(information, r);
  const noise = draw(information, r.length, normal);
  return evidenceOf(
    information,
    signal.map((value, i) => value + noise[i]),
  );
}

describe('the Bayes factor', () => {
  it('is what integrating over r, and over the inconsistency of each star, gives in one dimension', () => {
    const [inconsistency, widening] = [0.2, 0.5];
    const one = new TwinMetric({
      scatter: Float64Array.of(1),
      inconsistency: Float64Array.of(inconsistency),
      widening,
      population: null,
    });
    const grid = Float64Array.from({ length: 401 }, (_, i) => (i - 200) / 25);
    const gaussian = (x: number, variance: number) => Math.exp(-(x ** 2) / (2 * variance)) / Math.sqrt(variance);
    const likelihood = (l: number, e: number) => (r: number) =>
      grid.reduce(
        (sum, d) => sum + gaussian(d, widening * inconsistency) * Math.exp(-0.5 * l * (r + d) ** 2 + e * (r + d)),
        0,
      );
    const mean = (f: (r: number) => number) =>
      grid.reduce((sum, r) => sum + gaussian(r, 1) * f(r), 0) / grid.reduce((sum, r) => sum + gaussian(r, 1), 0);
    for (const [la, ea, lb, eb] of [
      [3, 2, 5, 4],
      [3, 2, 1, -2],
      [8, -9, 0, 0],
      [40, 50, 20, 26],
    ]) {
      const [a, b] = [likelihood(la, ea), likelihood(lb, eb)];
      const expected = Math.log(mean((r) => a(r) * b(r)) / (mean(a) * mean(b)));
      const star = (l: number, e: number) => one.weigh(evidenceOf(Float64Array.of(l), [e]));
      expect(one.logBayesFactor(star(la, ea), star(lb, eb))).toBeCloseTo(expected, 6);
    }
  });

  it('is what integrating over r gives in two dimensions, for an L that is singular too', () => {
    const inconsistency = Float64Array.of(0.1, -0.05, -0.05, 0.2);
    const two = new TwinMetric({ scatter: inconsistency, inconsistency, widening: 0.7, population: null });
    const regular = { information: Float64Array.of(4, 1, 1, 6), vector: [3, -2] };
    const singular = { information: Float64Array.of(9, 6, 6, 4), vector: [6, 4] };
    const grid = Float64Array.from({ length: 241 }, (_, i) => (i - 120) / 20);
    const mean = (f: (r: number[]) => number) => {
      let [sum, total] = [0, 0];
      for (const x of grid)
        for (const y of grid) {
          const density = Math.exp(-0.5 * (x * x + y * y));
          sum += density * f([x, y]);
          total += density;
        }
      return sum / total;
    };
    /** (I + a L W0)⁻¹ by the textbook. */
    const widened = ({ information, vector }: typeof regular) => {
      const l = Matrix.from1DArray(2, 2, information);
      const shrink = inverse(Matrix.eye(2).add(l.mmul(Matrix.from1DArray(2, 2, inconsistency)).mul(0.7)));
      const [m, e] = [shrink.mmul(l), shrink.mmul(Matrix.columnVector(vector))];
      return ([x, y]: number[]) =>
        Math.exp(
          -0.5 * (m.get(0, 0) * x * x + 2 * m.get(0, 1) * x * y + m.get(1, 1) * y * y) +
            e.get(0, 0) * x +
            e.get(1, 0) * y,
        );
    };
    for (const [p, q] of [
      [regular, singular],
      [regular, regular],
      [singular, singular],
    ]) {
      const [a, b] = [widened(p), widened(q)];
      const expected = Math.log(mean((r) => a(r) * b(r)) / (mean(a) * mean(b)));
      const star = ({ information, vector }: typeof regular) => two.weigh(evidenceOf(information, vector));
      expect(two.logBayesFactor(star(p), star(q))).toBeCloseTo(expected, 5);
    }
  });

  it('is symmetric, and 0 with a star of which nothing is known', () => {
    const nothing = metric.weigh(evidenceOf(new Float64Array(N * N), new Float64Array(N)));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: N }), fc.double({ min: 0.1, max: 100, noNaN: true }), (rank, size) => {
        const [a, b] = [rank, N].map((rows) =>
          metric.weigh(observe(draw(unit, N, normal), randomInformation(N, rows, size, normal))),
        );
        expect(metric.logBayesFactor(a, b)).toBeCloseTo(metric.logBayesFactor(b, a), 9);
        expect(metric.logBayesFactor(a, nothing)).toBeCloseTo(0, 9);
      }),
      { numRuns: 30 },
    );
  });

  it('speaks for twins, the more the rarer they are, and against strangers', () => {
    const information = randomInformation(N, 2 * N, 6, normal);
    const factors = (same: boolean) =>
      Array.from({ length: 300 }, () => {
        const r = draw(unit, N, normal);
        const other = same ? r : draw(unit, N, normal);
        const [a, b] = [r, other].map((x) => metric.weigh(observe(x, information)));
        return { rarity: r.reduce((sum, x) => sum + x * x, 0), factor: metric.logBayesFactor(a, b) };
      });
    const mean = (list: { factor: number }[]) => list.reduce((sum, { factor }) => sum + factor, 0) / list.length;
    const twins = factors(true).sort((a, b) => a.rarity - b.rarity);
    expect(mean(twins)).toBeGreaterThan(3);
    expect(mean(twins.slice(200))).toBeGreaterThan(mean(twins.slice(0, 100)) + 1);
    expect(mean(factors(false))).toBeLessThan(-10);
  });

  it('without widening believes photon noise alone: it condemns a twin that the model decodes a little amiss', () => {
    const sharp = metric.with({ widening: 0 });
    const information = randomInformation(N, 2 * N, 60, normal);
    const r = draw(unit, N, normal);
    const amiss = draw(parts.inconsistency, N, normal).map((x, i) => x + r[i]);
    const factor = (m: TwinMetric) =>
      m.logBayesFactor(m.weigh(observe(r, information)), m.weigh(observe(amiss, information)));
    expect(factor(sharp)).toBeLessThan(-20);
    expect(factor(metric.with({ widening: 1 }))).toBeGreaterThan(0);
  });

  it('takes [Fe/H] in where both stars have a measurement and the model knows the population', () => {
    const population = FehPopulation.fit(Array.from({ length: 500 }, () => 0.3 * normal())) as FehPopulation;
    const withFeh = metric.with({ population });
    const [a, b] = [1, 2].map(() => observe(draw(unit, N, normal), randomInformation(N, N, 3, normal)));
    const feh = [
      { value: 0.1, sigma: 0.05 },
      { value: 0.13, sigma: 0.08 },
    ];
    const factor = (m: TwinMetric, fehA: object | null, fehB: object | null) =>
      m.logBayesFactor(m.weigh({ ...a, feh: fehA as never }), m.weigh({ ...b, feh: fehB as never }));
    const without = factor(withFeh, null, feh[1]);
    expect(without).toBe(factor(metric, feh[0], feh[1]));
    expect(factor(withFeh, feh[0], feh[1]) - without).toBeCloseTo(population.logBayesFactor(feh[0], feh[1]), 9);
  });
});

describe('a widened star', () => {
  it('has the covariance of its r plus that of the inconsistency', () => {
    const information = randomInformation(N, 2 * N, 10, normal);
    const star = observe(draw(unit, N, normal), information);
    const { information: widened, vector } = metric.widen(star);
    const matrix = (values: ArrayLike<number>) => Matrix.from1DArray(N, N, Array.from(values));
    const before = inverse(matrix(information));
    const after = inverse(matrix(unpack(widened, N)));
    const difference = Matrix.sub(after, before);
    difference.sub(matrix(parts.inconsistency).mul(parts.widening));
    expect(difference.norm() / after.norm()).toBeLessThan(1e-4);
    const r = (covariance: Matrix, e: ArrayLike<number>) => covariance.mmul(Matrix.columnVector(Array.from(e)));
    expect(Matrix.sub(r(after, vector), r(before, star.informationVector)).norm()).toBeLessThan(1e-3);
  });
});

describe('chi square', () => {
  it('is Δrᵀ (La⁻¹ + Lb⁻¹ + 2 W0)⁻¹ Δr where both spectra determine every direction', () => {
    const [la, lb] = [0, 1].map(() => randomInformation(N, 3 * N, 10, normal));
    const [a, b] = [observe(new Float64Array(N), la), observe(new Float64Array(N).fill(0.1), lb)];
    const matrix = (values: ArrayLike<number>) => Matrix.from1DArray(N, N, Array.from(values));
    const [ca, cb] = [inverse(matrix(la)), inverse(matrix(lb))];
    const delta = Matrix.sub(
      ca.mmul(Matrix.columnVector(Array.from(a.informationVector))),
      cb.mmul(Matrix.columnVector(Array.from(b.informationVector))),
    );
    const spread = Matrix.add(Matrix.add(ca, cb), matrix(parts.inconsistency).mul(2));
    const expected = delta.transpose().mmul(inverse(spread)).mmul(delta).get(0, 0);
    const { chi2, degreesOfFreedom } = metric.chiSquare(a, b);
    expect(degreesOfFreedom).toBe(N);
    expect(chi2 / expected).toBeCloseTo(1, 3);
    expect(metric.chiSquare(b, a).chi2).toBeCloseTo(chi2, 6);
  });

  it.each([
    [N, N],
    [N, 4],
    [4, 3],
  ])('of twins whose spectra determine %i and %i directions has as its mean its degrees of freedom', (rankA, rankB) => {
    let [sum, squares, freedom] = [0, 0, 0];
    const runs = 3000;
    const rows = Float64Array.from({ length: N * N }, (_, at) => 30 * ((at % (N + 1) ? 0 : 1) + 0.2 * normal()));
    /** Of the first rows of one Jacobian, so that what both determine is what the poorer one does. */
    const first = (rank: number) =>
      Float64Array.from({ length: N * N }, (_, at) => {
        let sum = 0;
        for (let k = 0; k < rank; k++) sum += rows[k * N + Math.floor(at / N)] * rows[k * N + (at % N)];
        return sum;
      });
    const [la, lb] = [first(rankA), first(rankB)];
    for (let run = 0; run < runs; run++) {
      const r = draw(unit, N, normal);
      const [a, b] = [la, lb].map((information) => {
        const shift = draw(parts.inconsistency, N, normal);
        return observe(
          r.map((x, i) => x + shift[i]),
          information,
        );
      });
      const { chi2, degreesOfFreedom } = metric.chiSquare(a, b);
      sum += chi2;
      squares += chi2 ** 2;
      freedom = degreesOfFreedom;
    }
    expect(freedom).toBe(Math.min(rankA, rankB));
    expect(sum / runs / freedom).toBeCloseTo(1, 1);
    expect((squares / runs - (sum / runs) ** 2) / (2 * freedom)).toBeGreaterThan(0.8);
    expect((squares / runs - (sum / runs) ** 2) / (2 * freedom)).toBeLessThan(1.2);
  });

  it('of spectra that say nothing is 0 with no degree of freedom', () => {
    const nothing = evidenceOf(new Float64Array(N * N), new Float64Array(N));
    expect(metric.chiSquare(nothing, nothing)).toEqual({ chi2: 0, degreesOfFreedom: 0 });
  });
});

describe('the searched vectors', () => {
  it('have as their distance the Mahalanobis distance under W', () => {
    const r = Float64Array.from({ length: 2 * N }, normal);
    const whitened = metric.whiten(r);
    const delta = Matrix.columnVector(Array.from({ length: N }, (_, i) => r[i] - r[N + i]));
    const expected = delta
      .transpose()
      .mmul(inverse(Matrix.from1DArray(N, N, parts.scatter)))
      .mmul(delta)
      .get(0, 0);
    let squared = 0;
    for (let i = 0; i < N; i++) squared += (whitened[i] - whitened[N + i]) ** 2;
    expect(squared / expected).toBeCloseTo(1, 3);
  });

  it('are finite where a latent never moves', () => {
    const idle = new TwinMetric({
      scatter: Float64Array.of(0.1, 0, 0, 0),
      inconsistency: Float64Array.of(0.01, 0, 0, 0),
      widening: 1,
      population: null,
    });
    expect(Array.from(idle.whiten(Float64Array.of(1, 1e-9))).every(Number.isFinite)).toBe(true);
  });
});

describe('a metric', () => {
  it('comes back the same from tensors', () => {
    const population = FehPopulation.fit([-0.3, -0.1, 0, 0.1, 0.4]);
    const original = metric.with({ population });
    const again = TwinMetric.fromTensors(original.toTensors(), N);
    const [a, b] = [1, 2].map(() => ({
      ...observe(draw(unit, N, normal), randomInformation(N, N, 3, normal)),
      feh: { value: 0.1, sigma: 0.1 },
    }));
    expect(again.logBayesFactor(again.weigh(a), again.weigh(b))).toBe(
      original.logBayesFactor(original.weigh(a), original.weigh(b)),
    );
    expect(again.whiten(Float64Array.from({ length: N }, () => 1))).toEqual(
      original.whiten(Float64Array.from({ length: N }, () => 1)),
    );
  });

  it('refuses tensors that are missing, misshapen or impossible, and evidence of another size or sign', () => {
    const tensors = metric.toTensors();
    const { scatter: _, ...rest } = tensors;
    const unlike = { ...tensors, scatter: { shape: [N, N], values: parts.scatter.map((x) => -x) } };
    const negative = { ...tensors, widening: { shape: [1], values: Float64Array.of(-1) } };
    for (const bad of [rest, unlike, negative]) expect(() => TwinMetric.fromTensors(bad, N)).toThrow(StarkinError);
    expect(() => TwinMetric.fromTensors(tensors, N + 1)).toThrow(StarkinError);
    expect(() => metric.weigh(evidenceOf(new Float64Array(4), new Float64Array(2)))).toThrow(StarkinError);
    const inverted = evidenceOf(
      randomInformation(N, N, 9, normal).map((x) => -x),
      new Float64Array(N),
    );
    expect(() => metric.weigh(inverted)).toThrow(StarkinError);
  });
});
