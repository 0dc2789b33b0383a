import { Random } from '../../networks/random.js';
import { type BatchValues, fillBatch } from '../autoencoder/batch.js';
import type { Columns } from '../autoencoder/learner.js';
import { type DealValues, fillDeal } from './deal.js';
import type { FactorDisSettings } from './settings.js';

/** The numbers that a turn is played with: a batch, its deal, and where the interpolates lie. The turn of the autoencoder is 0, those of the critic before it 1, 2, …. */
export interface TurnValues extends BatchValues, DealValues {
  readonly mixing: Float32Array;
}

export interface TurnShape {
  readonly rows: number;
  readonly width: number;
  readonly parameters: number;
  readonly noisy: boolean;
}

/** The places of a turn's numbers, one after another in a buffer of turnSize(shape) numbers. */
export function turnValues(shape: TurnShape, buffer: ArrayBufferLike): TurnValues {
  let at = 0;
  const take = (columns: number) => {
    const values = new Float32Array(buffer, at * Float32Array.BYTES_PER_ELEMENT, shape.rows * columns);
    at += values.length;
    return values;
  };
  const { width, parameters } = shape;
  const [target, u, dealt, weight, mixing] = [take(width), take(parameters), take(parameters), take(1), take(1)];
  return { target, u, dealt, weight, mixing, input: take(width + parameters), noise: shape.noisy ? take(width) : null };
}

/** Bytes of a turn's numbers. */
export function turnBytes({ rows, width, parameters, noisy }: TurnShape): number {
  return rows * ((noisy ? 3 : 2) * width + 3 * parameters + 2) * Float32Array.BYTES_PER_ELEMENT;
}

/** Rows of a critic's turn, among so many, and the generator of all that the turn draws after them. */
export function drawRows(seed: number, step: number, turn: number, count: number, among: number) {
  const random = new Random(seed, 0xc417, step, turn);
  return { random, picked: Int32Array.from({ length: count }, () => random.integer(among)) };
}

/**
 * Draws all that a turn draws. It depends on seed, step and turn alone, whoever does it.
 * @param values whose target holds x; u and weight are given
 * @param amplitudes of the noise of decoded spectra, in the units that the networks see; null for none
 */
export function fillTurn(
  values: TurnValues,
  { columns, scale, amplitudes }: { columns: Columns; scale: Float32Array; amplitudes: Float32Array | null },
  settings: FactorDisSettings,
  seed: number,
  step: number,
  turn: number,
): void {
  const { redrawnNoise, inputNoise } = settings;
  const rows = values.mixing.length;
  const random = turn === 0 ? new Random(seed, 0x2015e, step) : drawRows(seed, step, turn, rows, 1).random;
  fillBatch(values, columns.noise, scale, { leastNoise: redrawnNoise, inputNoise }, random);
  fillDeal(values, values.u, values.weight, amplitudes, random);
  if (turn > 0) for (let row = 0; row < rows; row++) values.mixing[row] = random.uniform();
}
