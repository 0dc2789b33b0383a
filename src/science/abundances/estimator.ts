import { z } from 'zod';
import type { SpeciesFigures, UnreliableReason } from '../../domain/abundance.js';
import type { DifferentialErrors } from '../../domain/differentialAbundance.js';
import { ERROR_TERMS } from '../../domain/errorTerms.js';
import type { ParameterName } from '../../domain/parameters.js';
import { readArtefact, writeArtefact } from '../artefact/artefact.js';
import { group, ungroup } from '../latents/tensorGroup.js';
import type { Backend } from '../networks/backend.js';
import { expectTensor } from '../networks/expectTensor.js';
import { BandedErrors } from './bandedErrors.js';
import { ErrorModel } from './errorModel.js';
import { InputScaler } from './inputScaler.js';
import type { LatentBatch } from './latentBatch.js';
import type { AbundanceMap } from './method.js';
import { findAbundanceMethod } from './registry.js';
import type { StatedErrors } from './statedErrors.js';
import { completeSnr } from './views.js';

/** Latents of stars whose abundances are asked. */
export interface EstimateInput {
  readonly latents: LatentBatch;
  /** Signal to noise per pixel, by row; NaN where not known. */
  readonly snr: Float64Array;
  /** 1 where the star's parameters lie outside the model's training range. */
  readonly extrapolated: Uint8Array;
}

/** Abundances of stars: rows x species each, dex. */
export interface EstimatedAbundances {
  /** [Fe/H] for Fe, [X/Fe] for the others. */
  readonly value: Float32Array;
  /** Half-widths of the intervals of 68.3 and 95 %. */
  readonly sigma: Float32Array;
  readonly half95: Float32Array;
  /** The stars' own part of the error. */
  readonly noise: Float32Array;
  readonly reason: readonly (UnreliableReason | null)[];
}

/** What an estimator is made of. */
export interface EstimatorParts {
  readonly method: string;
  readonly elements: readonly string[];
  /** What the model removes, in its order: those of the latents' refined parameters. */
  readonly parameters: readonly ParameterName[];
  readonly scaler: InputScaler;
  /** Mean and scatter of the abundances that it learnt from, by species, dex. */
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
  readonly map: AbundanceMap;
  readonly snrPerInformation: number;
}

/** What held-out stars told of an estimator. */
export interface EstimatorErrors {
  readonly errors: StatedErrors;
  readonly figures: readonly SpeciesFigures[];
  readonly differential: DifferentialErrors;
}

/** Estimates of abundances without their errors, rows x species, dex. */
export interface RawEstimates {
  readonly value: Float32Array;
  readonly noise: Float32Array;
}

/** From latents and refined parameters to abundances with errors: linear or not, as its method has it. */
export class AbundanceEstimator {
  constructor(
    readonly parts: EstimatorParts,
    readonly told: EstimatorErrors,
    private readonly tensors: Parameters<typeof group>[1],
  ) {}

  /** @throws FileError where the bytes are not an estimator of this project */
  static fromArtefact(backend: Backend, bytes: Uint8Array): AbundanceEstimator {
    const { tensors, metadata } = readArtefact(bytes);
    const { method, elements, parameters, snrPerInformation, figures, differential } = metadataSchema.parse(
      JSON.parse(metadata.estimator),
    );
    const scaler = InputScaler.fromTensors(ungroup('inputs', tensors));
    const ofMap = ungroup('map', tensors);
    const column = (name: string) =>
      Float64Array.from(expectTensor(tensors, name, [elements.length], 'estimator').values);
    const map = findAbundanceMethod(method).load(backend, ofMap, elements, scaler.width);
    const parts = { method, elements, parameters, scaler, mean: column('mean'), scatter: column('scatter'), map };
    const stated = ungroup('errors', tensors);
    const errors = (BandedErrors.isOf(stated) ? BandedErrors : ErrorModel).fromTensors(stated, elements.length);
    return new AbundanceEstimator({ ...parts, snrPerInformation }, { errors, figures, differential }, ofMap);
  }

  toArtefact(): Uint8Array {
    const { method, elements, parameters, scaler, mean, scatter, snrPerInformation } = this.parts;
    const { errors, figures, differential } = this.told;
    const described = { method, elements, parameters, snrPerInformation, figures, differential };
    return writeArtefact(
      {
        ...group('map', this.tensors),
        ...group('inputs', scaler.toTensors()),
        ...group('errors', errors.toTensors()),
        mean: { shape: [elements.length], values: mean },
        scatter: { shape: [elements.length], values: scatter },
      },
      { estimator: JSON.stringify(described) },
    );
  }

  estimate({ latents, snr, extrapolated }: EstimateInput): EstimatedAbundances {
    const { elements, snrPerInformation } = this.parts;
    const { errors, figures } = this.told;
    const { value, noise } = rawEstimates(this.parts, latents);
    const seen = completeSnr(snr, latents, snrPerInformation);
    const parameter = firstParameter(latents);
    const sigma = new Float32Array(value.length);
    const half95 = new Float32Array(value.length);
    const reason = Array.from(value, (_, at): UnreliableReason | null => {
      const [row, s] = [Math.floor(at / elements.length), at % elements.length];
      [sigma[at], half95[at]] = errors.halfWidths(s, noise[at], seen[row], parameter[row]);
      const { minimumSnr } = figures[s];
      if (minimumSnr === null) return 'own-lines';
      if (extrapolated[row]) return 'extrapolated';
      return seen[row] < minimumSnr ? 'snr' : null;
    });
    return { value, sigma, half95, noise, reason };
  }

  dispose(): void {
    this.parts.map.dispose();
  }
}

/** Estimates with the noise of the stars' own. A model that removes [Fe/H] tells it by its refined parameters, not by the latent. */
export function rawEstimates(
  { scaler, elements, parameters, mean, scatter, map }: Omit<EstimatorParts, 'method' | 'snrPerInformation'>,
  latents: LatentBatch,
): RawEstimates {
  const { width } = scaler;
  const species = elements.length;
  const { values, jacobian } = map.apply(scaler.inputs(latents), latents.rows);
  const value = values.map((each, at) => mean[at % species] + scatter[at % species] * each);
  for (let at = 0; at < jacobian.length; at++) jacobian[at] *= scatter[Math.floor(at / width) % species];
  const [iron, feh] = [elements.indexOf('Fe'), parameters.indexOf('feh')];
  if (iron >= 0 && feh >= 0)
    for (let row = 0; row < latents.rows; row++) {
      const at = row * species + iron;
      const input = latents.latentSize + feh;
      value[at] = latents.refined[row * parameters.length + feh];
      jacobian.fill(0, at * width, (at + 1) * width);
      jacobian[at * width + input] = scaler.scale[input];
    }
  return { value, noise: scaler.propagate(latents, jacobian, species) };
}

/** The parameter whose thirds errors are calibrated in: the model's first, which is Teff in all presets. */
export function firstParameter({ rows, refined }: LatentBatch): Float64Array {
  const m = refined.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => refined[row * m]);
}

const metadataSchema = z.object({
  method: z.string(),
  elements: z.array(z.string()),
  parameters: z.array(z.enum(['teff', 'logg', 'feh'])),
  snrPerInformation: z.number(),
  figures: z.array(
    z.object({
      element: z.string(),
      trained: z.number(),
      calibrated: z.number(),
      scatter: z.number(),
      rmse: z.number(),
      gain: z.number(),
      significance: z.number(),
      minimumSnr: z.number().nullable(),
    }),
  ),
  differential: z.object({
    scale: z.array(z.number()),
    // Absent in estimators of earlier versions.
    ranges: z.array(z.number()).length(4).optional(),
    snrPerInformation: z.number().optional(),
    species: z.array(
      z.object({
        common: z.number(),
        length: z.number(),
        factor: z.number(),
        factor68: z.number(),
        factor95: z.number(),
        spread: z.array(z.number()).max(ERROR_TERMS).optional(),
      }),
    ),
  }),
});
