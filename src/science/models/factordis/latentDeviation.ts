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
  private variance: tfjs.Tensor1D;
  private batches = 0;

  constructor(
    private readonly tf: TensorFlow,
    private readonly latentSize: number,
  ) {
    this.variance = tf.keep(tf.ones([latentSize]));
  }

  /** Takes a batch of latents in. */
  update(z: tfjs.Tensor2D): void {
    const { tf } = this;
    // The first batches are averaged, so that none is remembered for having come first.
    const weight = Math.max(share, 1 / ++this.batches);
    const before = this.variance;
    this.variance = tf.tidy(() => {
      const { variance } = tf.moments(z, 0);
      return tf.keep(tf.add(tf.mul(before, 1 - weight), tf.mul(variance, weight)) as tfjs.Tensor1D);
    });
    before.dispose();
  }

  /** z / deviation; the deviation counts as a constant in the gradient. */
  standardise(z: tfjs.Tensor2D): tfjs.Tensor2D {
    return this.tf.div(z, this.tf.sqrt(this.tf.add(this.variance, tiny))) as tfjs.Tensor2D;
  }

  state(): Tensors {
    return {
      variance: { shape: [this.latentSize], values: Float32Array.from(this.variance.dataSync()) },
      batches: { shape: [1], values: Float64Array.of(this.batches) },
    };
  }

  restore(state: Tensors): void {
    const { values } = expectTensor(state, 'variance', [this.latentSize], 'checkpoint');
    this.batches = expectTensor(state, 'batches', [1], 'checkpoint').values[0];
    this.variance.dispose();
    this.variance = this.tf.keep(this.tf.tensor1d(Float32Array.from(values)));
  }

  dispose(): void {
    this.variance.dispose();
  }
}
