/** A group as a finder finds it. */
export interface FoundGroup {
  /** Rows, ascending. */
  readonly members: readonly number[];
  /** Those where it is densest. */
  readonly midst: readonly number[];
  /** The finder's own measure, larger for a stronger group. */
  readonly score: number;
}
