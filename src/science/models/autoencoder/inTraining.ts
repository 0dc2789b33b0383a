import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { expectTensor } from '../../networks/expectTensor.js';
import type { Random } from '../../networks/random.js';
import { heldOutFigures, type Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import { type Batch, drawBatch } from './batch.js';
import { columnScale } from './columnScale.js';
import { ConditionalAutoencoder } from './conditionalAutoencoder.js';
import { Learner } from './learner.js';
import type { AutoencoderSettings } from './settings.js';

/** A learner with the samples that it learns from: batches, held-out figures. */
export class AutoencoderInTraining extends Learner {
  static async start(
    backend: Backend,
    samples: Samples,
    split: Split,
    settings: AutoencoderSettings,
    seed: number,
    from?: Tensors,
  ): Promise<AutoencoderInTraining> {
    const scale = await scaleOf(samples, split, settings, from);
    return new AutoencoderInTraining(backend, samples, split, settings, seed, scale, from);
  }

  /** Of all rows. The mean over plain columns, as in the paper, takes all spectra alike. */
  readonly weight: Float32Array;

  private constructor(
    backend: Backend,
    readonly samples: Samples,
    private readonly split: Split,
    settings: AutoencoderSettings,
    seed: number,
    scale: Float32Array,
    from: Tensors | undefined,
  ) {
    super(backend, samples, settings, seed, scale, from);
    this.weight = settings.columns === 'plain' ? new Float32Array(samples.rows).fill(1) : samples.weight;
  }

  /** A batch, for the caller to dispose. */
  draw(rows: Int32Array, random: Random): Promise<Batch> {
    const noise = { leastNoise: 0, inputNoise: this.settings.inputNoise };
    return drawBatch(this.backend.tf, this.samples, this.weight, rows, this.scale, noise, random);
  }

  /** Figures on the held-out rows. */
  async assess(): Promise<EpochRecord> {
    const { backend, architecture, trainable, scale } = this;
    const values = trainable.read();
    const weights = new Map(trainable.names.map((name, index) => [name, values[index]]));
    const present = new ConditionalAutoencoder(backend, architecture, weights, scale);
    const figures = await heldOutFigures(present, this.samples, this.split);
    present.dispose();
    return figures;
  }
}

/** By which columns are divided: weights that are gone on from expect their own. */
async function scaleOf(
  samples: Samples,
  split: Split,
  { columns }: AutoencoderSettings,
  from: Tensors | undefined,
): Promise<Float32Array> {
  const { width } = samples;
  if (from) return Float32Array.from(expectTensor(from, 'scale', [width], 'former model').values);
  return columns === 'plain' ? new Float32Array(width).fill(1) : columnScale(samples, split.training);
}
