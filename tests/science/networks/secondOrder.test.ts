import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTwiceDifferentiable } from '../../../src/science/networks/secondOrder.js';
import { errorOfSecondOrder, expectTwiceDifferentiable, operations, tolerance } from './twiceDifferentiated.js';

const points = [-30, -3, -0.5, -1e-4, 0, 1e-4, 0.5, 3, 40];
const slopes = () =>
  tf.tidy(() => [
    ...tf
      .grad((x) => tf.selu(x))(tf.tensor1d(points))
      .dataSync(),
  ]);
const withSelu = Object.keys(operations).filter((name) => /selu/i.test(name));

beforeAll(() => tf.setBackend('cpu'));

// In this order: what is registered stays registered for the process.
describe('before the correction', () => {
  it.each(withSelu)('%s cannot be differentiated twice', (name) => {
    expect(() => errorOfSecondOrder(tf, operations[name])).toThrow('Cannot compute gradient');
  });

  it('exp is silently wrong at second order, and the check sees it', () => {
    const exp = errorOfSecondOrder(tf, (tf, x, w) => tf.sum(tf.exp(tf.mul(x, w))));
    expect(exp).toBeGreaterThan(100 * tolerance);
  });
});

describe('after the correction', () => {
  let before: number[];
  beforeAll(() => {
    before = slopes();
    makeTwiceDifferentiable(tf);
    makeTwiceDifferentiable(tf);
  });

  it('the first derivative of SELU is what it was', () => {
    slopes().forEach((slope, i) => {
      expect(Math.abs(slope - before[i])).toBeLessThan(1e-6);
    });
  });

  it.each(Object.keys(operations))('%s has the second-order gradient of central differences', (name) => {
    expectTwiceDifferentiable(tf, name);
  });
});
