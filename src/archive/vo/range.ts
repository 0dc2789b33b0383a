/** A closed range; an end that is null is open. */
export interface Range {
  readonly min: number | null;
  readonly max: number | null;
}
