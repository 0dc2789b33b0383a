import type { Bind } from './bind.js';

/** Both ends are inclusive; an end that is absent or null is open. A star whose value is unknown is in no range. */
export interface Range {
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
}

/** Conditions on a column, a number: that it lies in the range. */
export function inRange(column: string, range: Range | null | undefined, bind: Bind): string[] {
  const { min, max } = range ?? {};
  return [
    ...(typeof min === 'number' ? [`${column} >= ${bind(min)}::float8`] : []),
    ...(typeof max === 'number' ? [`${column} <= ${bind(max)}::float8`] : []),
  ];
}
