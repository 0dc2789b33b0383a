/**
 * Random numbers that depend on nothing but their keys: sfc32 (Doty-Humphrey, PractRand), seeded by mixing the keys. A generator for (seed, step) gives the
 * same draw whether a training run came there at once or resumed from a checkpoint, so that no generator's state need be kept.
 */
export class Random {
  /** In an Int32Array, since plain fields become heap numbers beyond 31 bits: 19 instead of 27 to 57 ns a normal. */
  private readonly state = Int32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 1);
  private spare = Number.NaN;

  /** @param keys whole numbers below 2^53 that name the stream, such as the seed, a purpose and a step */
  constructor(...keys: readonly number[]) {
    for (const key of keys) {
      this.state[0] ^= Math.trunc(key / 0x1_0000_0000);
      this.state[1] ^= key >>> 0;
      for (let round = 0; round < 12; round++) this.bits();
    }
  }

  /** Uniform over the 2^32 unsigned integers. */
  bits(): number {
    const { state } = this;
    const [a, b, c, counter] = [state[0], state[1], state[2], state[3]];
    const sum = (a + b + counter) | 0;
    state[0] = b ^ (b >>> 9);
    state[1] = (c + (c << 3)) | 0;
    state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
    state[3] = (counter + 1) | 0;
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
    const { spare } = this;
    if (!Number.isNaN(spare)) {
      this.spare = Number.NaN;
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
