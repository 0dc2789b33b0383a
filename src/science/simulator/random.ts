/**
 * Reproducible random numbers: xoshiro128** (Blackman & Vigna 2021, ACM TOMS 47, 36), its state hashed from any number of integers, so that
 * every star has a stream of its own whichever thread makes it. Not for cryptography. No library in use here has streams by key.
 */
export class Random {
  private readonly state: Uint32Array;
  private spare: number | null = null;

  /** @param key integers that name the stream, such as (seed, pair, purpose) */
  constructor(...key: readonly number[]) {
    let hash = 0x9e3779b9;
    for (const part of key) {
      hash = scramble(hash ^ (part >>> 0));
      hash = scramble(hash ^ Math.floor(part / 2 ** 32));
    }
    this.state = Uint32Array.from({ length: 4 }, () => {
      hash = (hash + 0x9e3779b9) >>> 0;
      return scramble(hash);
    });
  }

  /** Uniform in [0, 1), 32 bits. */
  uniform(): number {
    const s = this.state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return result / 2 ** 32;
  }

  /** Standard normal deviate (Box & Muller 1958). */
  normal(): number {
    if (this.spare !== null) {
      const value = this.spare;
      this.spare = null;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Finaliser of MurmurHash3: every input bit moves every output bit. */
function scramble(value: number): number {
  let x = value >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}
