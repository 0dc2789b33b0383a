/** Variance of each column in units of the noise, gathered slice by slice: how far spectra lie from their mean. */
export class ColumnScatter {
  private rows = 0;
  private readonly sum: Float64Array;
  private readonly square: Float64Array;
  private weights = 0;

  /** @param noise standard deviation of the noise of each column of a row of weight 1 */
  constructor(private readonly noise: Float32Array) {
    this.sum = new Float64Array(noise.length);
    this.square = new Float64Array(noise.length);
  }

  /**
   * @param x row-major
   * @param weight of each row: the inverse variance of its noise in units of that of weight 1
   */
  add(x: Float32Array, weight: Float32Array): void {
    const { noise, sum, square } = this;
    weight.forEach((own, row) => {
      for (let k = 0, at = row * noise.length; k < noise.length; k++, at++) {
        const value = x[at] / noise[k];
        sum[k] += own * value;
        square[k] += own * value * value;
      }
      this.weights += own;
      this.rows++;
    });
  }

  /** Mean over the columns: the chi² of a decoder that knows the mean spectrum alone. */
  mean(): number {
    const { rows, weights, sum, square } = this;
    return square.reduce((total, value, k) => total + (value - sum[k] ** 2 / weights) / rows, 0) / square.length;
  }
}
