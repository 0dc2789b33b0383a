import { uniform } from './formulas.js';

/**
 * Stands in for `Random` where a step must draw what tests/fixtures/paper-reference/factordis.py draws. Draws of each kind are counted by themselves, so that it
 * does not matter in which order a step makes them.
 */
export class Random {
  private readonly step: number;
  private readonly turn: number;
  private integers = 0;
  private uniforms = 0;

  /** @param keys seed, purpose, step and turn, as a trainee gives them */
  constructor(...keys: readonly number[]) {
    [, , this.step = 0, this.turn = 0] = keys;
  }

  /** Rows counted on from where step and turn say. */
  integer(below: number): number {
    return (1000 * this.step + 100 * this.turn + this.integers++) % below;
  }

  uniform(): number {
    const [value] = uniform(10_000 + 100 * this.step + this.turn, 1, this.uniforms++);
    return (value + 1) / 2;
  }

  /** Nothing that is compared draws it: initial weights alone, which are replaced. */
  normal(): number {
    return this.uniform() - 0.5;
  }

  /** Rolled. */
  permutation(size: number): Int32Array {
    return Int32Array.from({ length: size }, (_, i) => (i + this.step + this.turn + 1) % size);
  }
}
