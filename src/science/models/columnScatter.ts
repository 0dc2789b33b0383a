/** Variance of each column in units of its noise, gathered slice by slice: how far spectra lie from their mean. */
export class ColumnScatter {
  private rows = 0;
  private readonly sum: Float64Array;
  private readonly square: Float64Array;

  /** @param noise standard deviation of the noise of each column */
  constructor(private readonly noise: Float32Array) {
    this.sum = new Float64Array(noise.length);
    this.square = new Float64Array(noise.length);
  }

  /** @param x row-major */
  add(x: Float32Array): void {
    const { noise, sum, square } = this;
    for (let from = 0; from < x.length; from += noise.length, this.rows++)
      for (let k = 0; k < noise.length; k++) {
        const value = x[from + k] / noise[k];
        sum[k] += value;
        square[k] += value * value;
      }
  }

  /** Mean over the columns: the chi² of a decoder that knows the mean spectrum alone. */
  mean(): number {
    const { rows, sum, square } = this;
    return square.reduce((total, value, k) => total + value / rows - (sum[k] / rows) ** 2, 0) / square.length;
  }
}
