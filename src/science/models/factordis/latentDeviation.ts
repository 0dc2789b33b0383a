import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import { expectTensor } from '../../networks/expectTensor.js';
import type { TensorFlow } from '../../networks/operations.js';

/** Share of a new batch in the running variance; earlier batches weigh e times less every hundred. */
const share = 0.01;
/** Keeps a latent that has died away finite. */
const tiny = 1e-12;

/** Standard deviation of every latent over recent batches: the units in which a critic sees them. */
export class LatentDeviation {
  private variance: Float64Array;
  private batches = 0;

  constructor(
    private readonly tf: TensorFlow,
    private readonly latentSize: number,
  ) {
    this.variance = new Float64Array(latentSize).fill(1);
  }

  /**
   * Takes a batch of latents in.
   * @param moments of it, as momentsOf gives them; those of its parts add up
   */
  update(moments: Float64Array | Float32Array, rows: number): void {
    // The first batches are averaged, so that none is remembered for having come first.
    const weight = Math.max(share, 1 / ++this.batches);
    const { latentSize } = this;
    this.variance = this.variance.map((before, k) => {
      const variance = moments[latentSize + k] / rows - (moments[k] / rows) ** 2;
      return before * (1 - weight) + Math.max(0, variance) * weight;
    });
  }

  /** z / deviation; the deviation counts as a constant in the gradient. */
  standardise(z: tfjs.Tensor2D): tfjs.Tensor2D {
    const deviations = Float32Array.from(this.variance, (variance) => Math.sqrt(variance + tiny));
    return this.tf.div(z, this.tf.tensor1d(deviations));
  }

  state(): Tensors {
    return {
      variance: { shape: [this.latentSize], values: Float64Array.from(this.variance) },
      batches: { shape: [1], values: Float64Array.of(this.batches) },
    };
  }

  restore(state: Tensors): void {
    this.variance = Float64Array.from(expectTensor(state, 'variance', [this.latentSize], 'checkpoint').values);
    this.batches = expectTensor(state, 'batches', [1], 'checkpoint').values[0];
  }
}

/**
 * Sums of z and of z² over rows.
 * @param z rows x size
 * @returns `size` sums, then `size` sums of squares
 */
export function momentsOf(z: Float32Array, size: number): Float64Array {
  const moments = new Float64Array(2 * size);
  z.forEach((value, i) => {
    moments[i % size] += value;
    moments[size + (i % size)] += value * value;
  });
  return moments;
}
