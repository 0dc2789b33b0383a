/**
 * Random numbers that depend on nothing but their keys: sfc32 (Doty-Humphrey, PractRand), seeded by mixing the keys. A generator for (seed, step) gives the
 * same draw whether a training run came there at once or resumed from a checkpoint, so that no generator's state need be kept.
 */
export class Random {
  private a = 0x9e3779b9;
  private b = 0x243f6a88;
  private c = 0xb7e15162;
  private counter = 1;
  private spare: number | null = null;

  /** Whole numbers below 2^53 that name the stream, such as the seed, a purpose and a step. */
  constructor(...keys: readonly number[]) {
    for (const key of keys) {
      this.a ^= Math.trunc(key / 0x1_0000_0000);
      this.b ^= key >>> 0;
      for (let round = 0; round < 12; round++) this.bits();
    }
  }

  /** Uniform over the 2^32 unsigned integers. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number {
    return this.bits() * 2 ** -32;
  }

  /** Uniform over 0 … below - 1. The bias is below / 2^32: 1e-5 for 50,000 rows. */
  integer(below: number): number {
    return Math.floor(this.uniform() * below);
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.spare !== null) {
      const spare = this.spare;
      this.spare = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** 0 … size - 1 in random order (Fisher & Yates). */
  permutation(size: number): Int32Array {
    const order = Int32Array.from({ length: size }, (_, index) => index);
    for (let last = size - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }
}
