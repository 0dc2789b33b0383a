import type { SpeciesFigures } from '../../domain/abundance.js';
import type { ParameterName } from '../../domain/parameters.js';
import type { Report } from '../../domain/progress.js';
import type { Backend } from '../networks/backend.js';
import { Random } from '../networks/random.js';
import { fitDifferential } from './differential.js';
import { ErrorModel, type HeldOutEstimates } from './errorModel.js';
import {
  AbundanceEstimator,
  type EstimatorErrors,
  type EstimatorParts,
  firstParameter,
  rawEstimates,
} from './estimator.js';
import { InputScaler } from './inputScaler.js';
import { type LatentBatch, pickLatents } from './latentBatch.js';
import type { AbundanceSamples } from './method.js';
import { type AbundanceTable, isMeasured, OtherAbundances, ownLines } from './ownLines.js';
import { type ReferenceSet, type ReferenceSplit, splitReference } from './referenceSet.js';
import { findAbundanceMethod } from './registry.js';
import { bandOf, snrBands } from './snrBands.js';
import { completeSnr, LEAST_SNR, redraw, snrPerInformation, type Views, viewsOf } from './views.js';

export interface EstimatorCourse {
  readonly seed: number;
  /** Share of the stars that is held out to calibrate the errors; absent: .3. */
  readonly calibration?: number | undefined;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Fewer held-out stars in a band of signal to noise do not tell whether a species is measured there. */
const LEAST_IN_BAND = 100;

/**
 * Makes an estimator from stars of known abundances: most are learnt from, some choose (early stopping), and the rest, which nothing else looks at, calibrates the errors and tells
 * which species are measured. Learning takes the stars as they are and at lower signal to noise, to which their latents are thinned; calibrating takes them as they are and as noisier spectra of them
 * show them, where the reference set has such views.
 */
export async function trainEstimator(
  backend: Backend,
  methodName: string,
  parameters: readonly ParameterName[],
  given: ReferenceSet,
  { seed, calibration, report, signal }: EstimatorCourse,
): Promise<AbundanceEstimator> {
  const method = findAbundanceMethod(methodName);
  const { latents, elements } = given;
  const perInformation = snrPerInformation(given.snr, latents);
  const reference = { ...given, snr: completeSnr(given.snr, latents, perInformation) };
  const split = splitReference(reference, seed, calibration);
  const { mean, scatter } = moments(reference, split.training);
  const learnt = pickLatents(latents, split.training);
  const scaler = InputScaler.fit(learnt);
  const samplesOf = (rows: Int32Array, batch: LatentBatch): AbundanceSamples => ({
    rows: rows.length,
    width: scaler.width,
    inputs: scaler.inputs(batch),
    elements,
    targets: Float32Array.from({ length: rows.length * elements.length }, (_, at) => {
      const s = at % elements.length;
      return (
        (reference.abundances[rows[Math.floor(at / elements.length)] * elements.length + s] - mean[s]) / scatter[s]
      );
    }),
  });
  const snr = Float64Array.from(split.training, (row) => reference.snr[row]);
  const draws = new Map<number, Float32Array>();
  const redrawn = (draw: number) => {
    const made = draws.get(draw) ?? scaler.inputs(redraw(learnt, snr, new Random(seed, 0xd7a3, draw)));
    draws.set(draw, made);
    return made;
  };
  const validation = samplesOf(split.validation, pickLatents(latents, split.validation));
  const samples = samplesOf(split.training, learnt);
  const tensors = await method.train(backend, samples, validation, { seed, redrawn, report, signal });
  const map = method.load(backend, tensors, elements, scaler.width);
  const parts = { method: methodName, elements, parameters, scaler, mean, scatter, map };
  const whole = { ...parts, snrPerInformation: perInformation };
  return new AbundanceEstimator(whole, errorsOf(whole, reference, split, seed), tensors);
}

/** Everything that only held-out stars tell. */
function errorsOf(
  parts: EstimatorParts,
  reference: ReferenceSet,
  split: ReferenceSplit,
  seed: number,
): EstimatorErrors {
  const { elements, scaler } = parts;
  const views = viewsOf(reference, split.calibration);
  const { value, noise } = rawEstimates(parts, views.latents);
  const held: HeldOutEstimates = {
    rows: views.row.length,
    species: elements.length,
    truth: Float64Array.from({ length: value.length }, (_, at) => {
      const row = views.row[Math.floor(at / elements.length)];
      return reference.abundances[row * elements.length + (at % elements.length)];
    }),
    values: value,
    noise,
    snr: views.snr,
    parameter: firstParameter(views.latents),
  };
  const errors = ErrorModel.fit(held);
  const stars = { held, star: views.row, inputs: scaler.raw(views.latents), scale: Array.from(scaler.scale) };
  return {
    errors,
    figures: speciesFigures(parts, reference, split, views, held),
    differential: fitDifferential({ ...stars, snrPerInformation: parts.snrPerInformation }, errors, seed),
  };
}

function speciesFigures(
  { elements, mean, scatter }: EstimatorParts,
  reference: ReferenceSet,
  { training, calibration }: ReferenceSplit,
  views: Views,
  held: HeldOutEstimates,
): SpeciesFigures[] {
  const table = standardisedTable(reference, mean, scatter);
  return elements.map((element, s) => {
    const others = new OtherAbundances(table, s, training);
    const known = Array.from(views.row.keys()).filter((view) =>
      Number.isFinite(held.truth[view * elements.length + s]),
    );
    const told = (chosen: readonly number[]) =>
      ownLines(
        chosen.map((view) => table.abundances[views.row[view] * elements.length + s]),
        chosen.map((view) => (held.values[view * elements.length + s] - mean[s]) / scatter[s]),
        chosen.map((view) => others.predict(views.row[view])),
      );
    const asSeen = known.filter((view) => view < calibration.length);
    const squares = asSeen.map((view) => {
      const at = view * elements.length + s;
      return (held.values[at] - held.truth[at]) ** 2;
    });
    const { gain, significance } = told(asSeen);
    return {
      element,
      trained: Array.from(training).filter((row) => Number.isFinite(table.abundances[row * elements.length + s]))
        .length,
      calibrated: asSeen.length,
      scatter: scatter[s],
      rmse: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length),
      gain,
      significance,
      minimumSnr: minimumSnr(views, known, (chosen) => isMeasured(told(chosen))),
    };
  });
}

/** The lower end of the lowest band of signal to noise such that the species is measured there and in all higher ones that were tried. Too few stars for any band are tried together. */
function minimumSnr(
  { snr }: Views,
  known: readonly number[],
  measured: (chosen: readonly number[]) => boolean,
): number | null {
  let lowest: number | null = null;
  let tried = false;
  for (let band = snrBands.length - 1; band >= 0; band--) {
    const chosen = known.filter((view) => bandOf(snr[view]) === band);
    if (chosen.length < LEAST_IN_BAND) continue;
    tried = true;
    if (!measured(chosen)) break;
    lowest = Math.max(LEAST_SNR, snrBands[band]);
  }
  if (tried || !known.length || !measured(known)) return lowest;
  return Math.max(LEAST_SNR, Math.min(...known.map((view) => snrBands[bandOf(snr[view])])));
}

function moments({ abundances, elements }: ReferenceSet, rows: Int32Array) {
  const mean = new Float64Array(elements.length);
  const scatter = new Float64Array(elements.length);
  elements.forEach((_, s) => {
    const known = Array.from(rows, (row) => abundances[row * elements.length + s]).filter(Number.isFinite);
    mean[s] = known.reduce((sum, value) => sum + value, 0) / known.length;
    scatter[s] = Math.sqrt(known.reduce((sum, value) => sum + (value - mean[s]) ** 2, 0) / known.length) || 1;
  });
  return { mean, scatter };
}

function standardisedTable(
  { abundances, latents }: ReferenceSet,
  mean: Float64Array,
  scatter: Float64Array,
): AbundanceTable {
  const species = mean.length;
  const scaler = InputScaler.fit(latents);
  const m = latents.refined.length / latents.rows;
  const parameters = Float64Array.from(latents.refined, (value, i) => {
    const k = latents.latentSize + (i % m);
    return (value - scaler.mean[k]) / scaler.scale[k];
  });
  return {
    species,
    abundances: abundances.map((value, at) => (value - mean[at % species]) / scatter[at % species]),
    parameters,
  };
}
