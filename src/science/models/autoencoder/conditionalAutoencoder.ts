import type * as tfjs from '@tensorflow/tfjs';
import type { Backend } from '../../networks/backend.js';
import type { Weights } from '../../networks/network.js';
import { readOut } from '../../networks/readOut.js';
import type { Disentangler, Linearisation } from '../method.js';
import type { AutoencoderArchitecture } from './architecture.js';

/** Rows that go through the networks at once. */
const chunk = 4096;
/** Numbers that the tangents of one layer may take: 64 MB, 1,400 rows of a compact model, 88 of the paper's. */
const TANGENT_NUMBERS = 16e6;

/** Encoder and decoder with their weights: E(x / scale, u) and scale D(z, u). Owns the weights that it is given. */
export class ConditionalAutoencoder implements Disentangler {
  readonly latentSize: number;

  /** @param scale one per column of x */
  constructor(
    private readonly backend: Backend,
    private readonly architecture: AutoencoderArchitecture,
    private readonly weights: Weights,
    private readonly scale: Float32Array,
  ) {
    this.latentSize = architecture.latentSize;
  }

  encode(x: Float32Array, u: Float32Array, rows: number): Float32Array {
    const { encoder, width } = this.architecture;
    const scaled = x.map((value, i) => value / this.scale[i % width]);
    return this.inChunks(rows, this.latentSize, (first, count) => {
      const input = this.join(scaled, width, u, first, count);
      return encoder.apply(this.backend.operations, this.weights, input, 'data');
    });
  }

  decode(z: Float32Array, u: Float32Array, rows: number): Float32Array {
    const { decoder, width } = this.architecture;
    const decoded = this.inChunks(rows, width, (first, count) => {
      const input = this.join(z, this.latentSize, u, first, count);
      return decoder.apply(this.backend.operations, this.weights, input, 'data');
    });
    return decoded.map((value, i) => value * this.scale[i % width]);
  }

  linearise(z: Float32Array, u: Float32Array, rows: number, byParameter: boolean): Linearisation {
    const { decoder, width } = this.architecture;
    const { tf, operations } = this.backend;
    const { latentSize } = this;
    const parameters = byParameter ? this.architecture.parameters : 0;
    const inputs = latentSize + parameters;
    const result = {
      x: new Float32Array(rows * width),
      byLatent: new Float32Array(rows * latentSize * width),
      byParameter: new Float32Array(rows * parameters * width),
    };
    const most = Math.max(1, Math.floor(TANGENT_NUMBERS / (inputs * Math.max(...decoder.sizes))));
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      const [x, inLatents, inParameters] = tf.tidy(() => {
        const scale = tf.tensor1d(this.scale);
        const input = this.join(z, latentSize, u, first, count);
        const { y, byInput } = decoder.linearise(tf, operations, this.weights, input, inputs);
        const scaled = tf.mul(byInput, scale);
        return [
          tf.mul(y, scale),
          tf.slice(scaled, [0, 0, 0], [count, latentSize, width]),
          tf.slice(scaled, [0, latentSize, 0], [count, parameters, width]),
        ];
      });
      result.x.set(readOut(x), first * width);
      result.byLatent.set(readOut(inLatents), first * latentSize * width);
      result.byParameter.set(readOut(inParameters), first * parameters * width);
    }
    return result;
  }

  dispose(): void {
    this.backend.tf.dispose([...this.weights.values()]);
  }

  private inChunks(rows: number, width: number, run: (first: number, count: number) => tfjs.Tensor2D): Float32Array {
    const result = new Float32Array(rows * width);
    for (let first = 0; first < rows; first += chunk) {
      const count = Math.min(chunk, rows - first);
      result.set(readOut(this.backend.tf.tidy(() => run(first, count))), first * width);
    }
    return result;
  }

  /** (values, u) side by side. */
  private join(values: Float32Array, width: number, u: Float32Array, first: number, count: number): tfjs.Tensor2D {
    const { tf } = this.backend;
    const { parameters } = this.architecture;
    const left = tf.tensor2d(values.slice(first * width, (first + count) * width), [count, width]);
    const right = tf.tensor2d(u.slice(first * parameters, (first + count) * parameters), [count, parameters]);
    return tf.concat([left, right], 1) as tfjs.Tensor2D;
  }
}
