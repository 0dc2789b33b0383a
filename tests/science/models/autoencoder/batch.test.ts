import { expect, it } from 'vitest';
import { fillBatch } from '../../../../src/science/models/autoencoder/batch.js';
import { Random } from '../../../../src/science/networks/random.js';

const [rows, width] = [400, 50];
const noise = Float32Array.from({ length: width }, (_, k) => 0.1 + 0.01 * k);
const scale = new Float32Array(width).fill(2);
/** Of twice, the same and half the noise of a typical spectrum. */
const weight = Float32Array.from({ length: rows }, (_, row) => [0.25, 1, 4][row % 3]);

function filled(drawn: Parameters<typeof fillBatch>[3]) {
  const values = {
    target: new Float32Array(rows * width),
    u: new Float32Array(rows),
    weight,
    input: new Float32Array(rows * (width + 1)),
  };
  fillBatch(values, noise, scale, drawn, new Random(3));
  return values;
}

/** Root mean square over the stars of a weight of what was added to a column, in the units of x. */
function spread(values: Float32Array, columns: number, k: number, of: number): number {
  const added = Array.from(weight.keys()).filter((row) => weight[row] === of);
  return Math.hypot(...added.map((row) => 2 * values[row * columns + k])) / Math.sqrt(added.length);
}

it('adds noise to the input alone, in units of the spectrum’s own', () => {
  const { input, target } = filled({ leastNoise: 0, inputNoise: [1] });
  expect(Math.max(...target.map(Math.abs))).toBe(0);
  for (const [of, sigma] of [
    [0.25, 2 * noise[30]],
    [1, noise[30]],
    [4, noise[30] / 2],
  ])
    expect(Math.abs(spread(input, width + 1, 30, of) / sigma - 1)).toBeLessThan(0.2);
});

it('fills the noise of each spectrum up to the least that is asked for, in input and target alike', () => {
  const { input, target } = filled({ leastNoise: 0.5, inputNoise: [0] });
  expect(Math.abs(spread(target, width, 30, 4) / Math.sqrt(0.25 - (noise[30] / 2) ** 2) - 1)).toBeLessThan(0.2);
  // Twice .4 is above the least: nothing is missing.
  expect(spread(target, width, 30, 0.25)).toBe(0);
  expect(spread(input, width + 1, 30, 4)).toBe(spread(target, width, 30, 4));
});
