/**
 * A column's values by row, with lists of numbers as views of one array of numbers: a tenth of the memory. A number that is not known becomes NaN.
 * @param single whether the numbers are of single precision, and need no more than that
 */
export function packLists(rows: readonly unknown[], single: boolean): readonly unknown[] {
  if (!rows.every(isNumbers)) return rows;
  const total = rows.reduce((sum, { length }) => sum + length, 0);
  const numbers = single ? new Float32Array(total) : new Float64Array(total);
  let at = 0;
  return rows.map((row) => {
    const start = at;
    for (let i = 0; i < row.length; i++) numbers[at++] = Number(row[i] ?? NaN);
    return numbers.subarray(start, at);
  });
}

type Numbers = ArrayLike<number | bigint | null | undefined>;

function isNumbers(row: unknown): row is Numbers {
  return Array.isArray(row) && row.every((value) => value === null || value === undefined || isNumber(value));
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}
