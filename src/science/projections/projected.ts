/** Places of stars in a plane, in the order of the rows that were projected. */
export interface Projected {
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Figures of the whole. */
  readonly results: Readonly<Record<string, unknown>>;
}
