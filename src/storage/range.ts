/** Both ends are inclusive; an end that is absent or null is open. A star whose value is unknown is in no range. */
export interface Range {
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
}
