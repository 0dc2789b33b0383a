import type * as tfjs from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { loadBackend } from '../../../src/science/networks/backend.js';

it('runs on WASM when asked to, with gradients of a matrix product equal to the products of transposes', async () => {
  const { name, tf, operations, note } = await loadBackend('wasm');
  expect([name, tf.getBackend(), operations.name, note]).toEqual(['wasm', 'wasm', 'portable', null]);
  const [a, b] = [tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor2d([1, 0, 2, -1, 1, 1], [3, 2])];
  const product = (a: tfjs.Tensor, b: tfjs.Tensor) => tf.matMul(a as tfjs.Tensor2D, b as tfjs.Tensor2D);
  const [da, db] = tf.grads(product)([a, b]);
  expect([...da.dataSync()]).toEqual([1, 1, 2, 1, 1, 2]);
  expect([...db.dataSync()]).toEqual([5, 5, 7, 7, 9, 9]);
});

it('gives the process one backend, and refuses another', async () => {
  expect(await loadBackend('auto')).toBe(await loadBackend('wasm'));
  await expect(loadBackend('tensorflow')).rejects.toThrow('this process already runs wasm');
});
