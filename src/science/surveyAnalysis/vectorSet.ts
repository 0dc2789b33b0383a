import { InputError } from '../../domain/errors.js';

/** Searched vectors of stars: rows x width, row-major. Plain L2 between two rows is the distance of twins. */
export interface VectorSet {
  readonly vectors: Float32Array;
  readonly rows: number;
  readonly width: number;
}

/** @throws InputError where they are fewer than `least`, or one is not finite: it would be far from all and near to all at once */
export function checkVectors({ vectors, rows, width }: VectorSet, least: number): void {
  if (rows < least) throw new InputError('stars', `at least ${least} with a latent`, rows);
  if (vectors.length !== rows * width) throw new InputError('vectors', `${rows} x ${width} values`, vectors.length);
  const bad = vectors.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError('vectors', 'finite numbers', `${vectors[bad]} in row ${Math.floor(bad / width)}`);
}

/** Rows put together; at least one. */
export function joinRows(parts: readonly Float32Array[]): VectorSet {
  const [rows, width] = [parts.length, parts[0].length];
  const vectors = new Float32Array(rows * width);
  parts.forEach((part, row) => {
    vectors.set(part, row * width);
  });
  return { vectors, rows, width };
}

/** The rows of these numbers, in their order. */
export function pickRows({ vectors, width }: VectorSet, rows: ArrayLike<number>): VectorSet {
  const picked = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) picked.set(vectors.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  return { vectors: picked, rows: rows.length, width };
}
