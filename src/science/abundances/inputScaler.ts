import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';
import { type LatentBatch, priorCovariance } from './latentBatch.js';

/** The inputs of an estimator: (r̂, refined u), each less its mean and in units of its scatter over the stars that it learns from. */
export class InputScaler {
  private constructor(
    readonly mean: Float64Array,
    readonly scale: Float64Array,
  ) {}

  static fit(batch: LatentBatch): InputScaler {
    const raw = rawInputs(batch);
    const width = raw.length / batch.rows;
    const mean = new Float64Array(width);
    const scale = new Float64Array(width);
    for (let i = 0; i < raw.length; i++) mean[i % width] += raw[i] / batch.rows;
    for (let i = 0; i < raw.length; i++) scale[i % width] += (raw[i] - mean[i % width]) ** 2 / batch.rows;
    return new InputScaler(
      mean,
      scale.map((variance) => Math.sqrt(variance) || 1),
    );
  }

  static fromTensors(tensors: Tensors): InputScaler {
    const mean = tensors.mean;
    const scale = expectTensor(tensors, 'scale', mean.shape, 'estimator');
    return new InputScaler(Float64Array.from(mean.values), Float64Array.from(scale.values));
  }

  toTensors(): Tensors {
    return {
      mean: { shape: [this.width], values: this.mean },
      scale: { shape: [this.width], values: this.scale },
    };
  }

  get width(): number {
    return this.mean.length;
  }

  /** @returns rows x width: (r̂, u) as they are */
  raw(batch: LatentBatch): Float64Array {
    return rawInputs(batch);
  }

  /** @returns rows x width */
  inputs(batch: LatentBatch): Float32Array {
    const { width, mean, scale } = this;
    return Float32Array.from(rawInputs(batch), (value, i) => (value - mean[i % width]) / scale[i % width]);
  }

  /**
   * Carries the errors of r̂ and u through the derivatives of an estimator.
   * @param jacobian rows x species x width: by the scaled inputs
   * @returns rows x species, 1 sigma in the unit of the estimates
   */
  propagate(batch: LatentBatch, jacobian: Float32Array, species: number): Float32Array {
    const { rows, latentSize: n } = batch;
    const { width, scale } = this;
    const m = width - n;
    const sigma = new Float32Array(rows * species);
    const slope = new Float64Array(width);
    const [triangle, small] = [(n * (n + 1)) / 2, (m * (m + 1)) / 2];
    for (let row = 0; row < rows; row++) {
      const ofLatent = priorCovariance(batch.information.subarray(row * triangle, (row + 1) * triangle), n);
      const ofParameters = batch.refinedCovariance.subarray(row * small, (row + 1) * small);
      for (let s = 0; s < species; s++) {
        const at = (row * species + s) * width;
        for (let k = 0; k < width; k++) slope[k] = jacobian[at + k] / scale[k];
        const variance = quadraticForm(ofLatent, slope, n) + quadraticForm(ofParameters, slope.subarray(n), m);
        sigma[row * species + s] = Math.sqrt(Math.max(0, variance));
      }
    }
    return sigma;
  }
}

/** (r̂, u) by row. */
function rawInputs({ rows, latentSize: n, residual, refined }: LatentBatch): Float64Array {
  const m = refined.length / rows;
  const raw = new Float64Array(rows * (n + m));
  for (let row = 0; row < rows; row++) {
    raw.set(residual.subarray(row * n, (row + 1) * n), row * (n + m));
    raw.set(refined.subarray(row * m, (row + 1) * m), row * (n + m) + n);
  }
  return raw;
}

/** vᵀ A v of a packed symmetric A. */
function quadraticForm(a: ArrayLike<number>, v: ArrayLike<number>, n: number): number {
  let sum = 0;
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j <= i; j++, at++) sum += (j < i ? 2 : 1) * a[at] * v[i] * v[j];
  return sum;
}
