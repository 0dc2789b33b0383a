import { parameterNames } from '../../domain/parameters.js';
import { triangleSize } from '../linearAlgebra/triangle.js';
import type { Representation } from '../representation/representation.js';
import type { EncodedLatents, EncodeInput, EncodeLimits } from './encodedLatents.js';
import type { MapEstimate } from './map/estimate.js';
import type { ParameterScaler } from './parameterScaler.js';

/** The latents of a batch while they are being made: a row has NaN and a reason, or what was estimated. */
export class EncodedRows {
  readonly result: EncodedLatents;
  private readonly reasons: (string | null)[];

  constructor(
    latentSize: number,
    private readonly scaler: ParameterScaler,
    { rows }: Pick<EncodeInput, 'rows'>,
  ) {
    const m = scaler.parameters.length;
    const unknown = (width: number) => new Float32Array(rows * width).fill(Number.NaN);
    this.reasons = new Array<string | null>(rows).fill(null);
    this.result = {
      latentSize,
      latents: unknown(latentSize),
      encoded: unknown(latentSize),
      searched: unknown(latentSize),
      residual: unknown(latentSize),
      information: unknown(triangleSize(latentSize)),
      informationVector: unknown(latentSize),
      refined: new Float64Array(rows * m).fill(Number.NaN),
      refinedCovariance: new Float64Array(rows * triangleSize(m)).fill(Number.NaN),
      extrapolated: new Uint8Array(rows),
      reasons: this.reasons,
    };
  }

  /**
   * Gives a reason to every row that cannot be encoded.
   * @returns the others
   */
  refuseUnusable(
    { rows, flux, ivar, parameters }: EncodeInput,
    limits: EncodeLimits,
    representation: Representation,
  ): Int32Array {
    const good = representation.goodPixels(flux, ivar, rows);
    const covered = representation.coveredPixels;
    const needed = Math.max(1, Math.ceil(limits.minimumGoodShare * covered));
    for (let row = 0; row < rows; row++) {
      const unknown = this.scaler.parameters.filter(
        (name) => !Number.isFinite(parameters[row * parameterNames.length + parameterNames.indexOf(name)]),
      );
      if (unknown.length > 0) this.reasons[row] = `${unknown.join(' and ')} unknown, which the model removes`;
      else if (good[row] < needed)
        this.reasons[row] =
          `${good[row]} of the ${covered} pixels that the model covers are good; encode.minimumGoodShare (${limits.minimumGoodShare}) asks for ${needed}`;
    }
    return Int32Array.from(this.reasons.keys()).filter((row) => this.reasons[row] === null);
  }

  /**
   * Takes the estimates of these rows. A parameter that is exact stays what the catalogue says, even where the fit clamped it.
   * @param searched rows x n
   * @param parameters rows x 3, the catalogue's
   */
  keep(
    rows: Int32Array,
    estimate: MapEstimate,
    searched: Float32Array,
    extrapolated: Uint8Array,
    parameters: Float64Array,
  ): void {
    const { result, scaler } = this;
    const scatter = <T extends Float32Array | Float64Array | Uint8Array>(into: T, from: ArrayLike<number>) => {
      const width = from.length / rows.length;
      rows.forEach((row, i) => {
        for (let k = 0; k < width; k++) into[row * width + k] = from[i * width + k];
      });
    };
    scatter(result.extrapolated, extrapolated);
    scatter(result.latents, estimate.latents);
    scatter(result.encoded, estimate.encoded);
    scatter(result.searched, searched);
    scatter(result.residual, estimate.residual);
    scatter(result.information, estimate.information);
    scatter(result.informationVector, estimate.informationVector);
    const covariance = scaler.restoreCovariance(estimate.uCovariance);
    scatter(result.refinedCovariance, covariance);
    const catalogue = scaler.select(parameters, rows.length);
    const m = scaler.parameters.length;
    const isExact = (at: number) =>
      covariance[Math.floor(at / m) * triangleSize(m) + triangleSize((at % m) + 1) - 1] === 0;
    scatter(
      result.refined,
      scaler.restore(estimate.u).map((value, at) => (isExact(at) ? catalogue[at] : value)),
    );
    rows.forEach((row, i) => {
      const own = this.numbersOf(row);
      if (Number.isFinite(estimate.chi2[i]) && own.every((values) => values.every(Number.isFinite))) return;
      for (const values of own) values.fill(Number.NaN);
      this.reasons[row] = 'no finite latent fits the spectrum';
    });
  }

  /** All that the result holds of a row, to be changed in place. */
  private numbersOf(row: number): (Float32Array | Float64Array)[] {
    const { latents, encoded, searched, residual, information, informationVector, refined, refinedCovariance } =
      this.result;
    const all = [latents, encoded, searched, residual, information, informationVector, refined, refinedCovariance];
    const rows = this.reasons.length;
    return all.map((values) => values.subarray((row * values.length) / rows, ((row + 1) * values.length) / rows));
  }
}

/** Some of the rows as a batch of their own; the batch itself where it is all of them. */
export function pickSpectra(input: EncodeInput, rows: Int32Array): EncodeInput {
  if (rows.length === input.rows) return input;
  const pick = <T extends Float32Array | Float64Array>(values: T, into: T): T => {
    const width = values.length / input.rows;
    rows.forEach((row, i) => {
      into.set(values.subarray(row * width, (row + 1) * width), i * width);
    });
    return into;
  };
  const pixels = input.flux.length / input.rows;
  return {
    rows: rows.length,
    flux: pick(input.flux, new Float32Array(rows.length * pixels)),
    ivar: pick(input.ivar, new Float32Array(rows.length * pixels)),
    parameters: pick(input.parameters, new Float64Array(rows.length * parameterNames.length)),
    parameterErrors: pick(input.parameterErrors, new Float64Array(rows.length * parameterNames.length)),
  };
}
