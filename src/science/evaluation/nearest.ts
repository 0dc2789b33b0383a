/** Components summed between two looks at the limit. */
const STRIDE = 4;

/** The squared distance of two rows by their offsets, or any number above `limit` if it exceeds that. */
export function squaredDistance(vectors: Float32Array, a: number, b: number, width: number, limit: number): number {
  let sum = 0;
  for (let start = 0; start < width && sum <= limit; start += STRIDE)
    for (let k = start; k < Math.min(start + STRIDE, width); k++) {
      const difference = vectors[a + k] - vectors[b + k];
      sum += difference * difference;
    }
  return sum;
}

/** The rows nearest to one of them, by L2; not in order. Reused from row to row. */
export class NearestRows {
  /** Rows in the first `size` places. */
  readonly rows: Int32Array;
  size = 0;
  readonly #distances: Float64Array;

  constructor(readonly most: number) {
    this.rows = new Int32Array(most);
    this.#distances = new Float64Array(most);
  }

  /** @param row the one that is asked for; never among its own neighbours */
  find(vectors: Float32Array, count: number, width: number, row: number): void {
    this.size = 0;
    for (let other = 0; other < count; other++) {
      if (other === row) continue;
      const full = this.size === this.most;
      const limit = full ? this.#distances[0] : Number.POSITIVE_INFINITY;
      const distance = squaredDistance(vectors, row * width, other * width, width, limit);
      if (!full) this.#push(other, distance);
      else if (distance < limit) this.#replace(other, distance);
    }
  }

  /** A heap with the furthest on top, so that one look tells whether a row belongs to the nearest. */
  #push(row: number, distance: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#distances[parent] >= distance) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#place(at, row, distance);
  }

  #replace(row: number, distance: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#distances[child + 1] > this.#distances[child]) child++;
      if (this.#distances[child] <= distance) break;
      this.#move(child, at);
      at = child;
    }
    this.#place(at, row, distance);
  }

  #move(from: number, to: number): void {
    this.#place(to, this.rows[from], this.#distances[from]);
  }

  #place(at: number, row: number, distance: number): void {
    this.rows[at] = row;
    this.#distances[at] = distance;
  }
}
