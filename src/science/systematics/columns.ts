/** A number of each star; NaN where it is not known. */
export interface Quantity {
  readonly name: string;
  readonly values: Float64Array;
}

/** A property that quantities may go with: a number of each star, or the name of a class such as a field. */
export type Property =
  | { readonly name: string; readonly kind: 'number'; readonly values: Float64Array }
  | { readonly name: string; readonly kind: 'class'; readonly values: readonly (string | null)[] };

/** Quantities of some stars, each less its mean and over its standard deviation: 0 where it is not known, and everywhere where it does not vary. */
export interface StandardColumns {
  readonly rows: number;
  readonly width: number;
  /** rows x width. */
  readonly values: Float64Array;
  /** Standard deviations. */
  readonly scales: Float64Array;
}

export function standardise(quantities: readonly Quantity[], rows: Int32Array): StandardColumns {
  const width = quantities.length;
  const values = new Float64Array(rows.length * width);
  const scales = new Float64Array(width);
  quantities.forEach((quantity, column) => {
    const own = Float64Array.from(rows, (row) => quantity.values[row]);
    const known = own.filter(Number.isFinite);
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const scale = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
    scales[column] = scale > 0 ? scale : 0;
    if (!(scale > 0)) return;
    own.forEach((value, i) => {
      if (Number.isFinite(value)) values[i * width + column] = (value - mean) / scale;
    });
  });
  return { rows: rows.length, width, values, scales };
}
