import { createHash } from 'node:crypto';
import type {
  EstimatedAbundances,
  EstimateInput,
  NoisierViews,
  ReferenceSet,
  TrainedEstimator,
} from '../../src/compute/compute.js';
import { abundanceMethods } from '../../src/domain/abundance.js';
import { firstParameter } from '../../src/science/abundances/estimator.js';
import { joinLatents, type LatentBatch } from '../../src/science/abundances/latentBatch.js';
import { splitReference } from '../../src/science/abundances/referenceSet.js';
import { completeSnr, planViews } from '../../src/science/abundances/views.js';
import { measureCoverage } from '../../src/science/evaluation/abundanceCoverage.js';
import type { ComparedEstimates } from '../../src/science/evaluation/abundanceDifferences.js';
import { elements } from '../../src/science/simulator/population.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { differenceRows } from './differences.js';
import { type EncodedSet, type EvaluatedModel, encodeSet, someRows } from './encoding.js';
import { snrOf } from './observation.js';
import type { PairSet } from './pairSet.js';
import type { AbundanceEvaluation, AbundanceFigure, CoverageRow, NoiseLevel } from './results.js';
import type { Shelf } from './shelf.js';

/** Share of the pairs that are tested on, and of the others the share that errors are calibrated on: of 7,000 pairs 5,000 stars each. */
const TESTED = 0.36;
const CALIBRATION = 0.56;
/** Fewer stars give no coverage worth a table. */
const LEAST_STARS = 2000;
/** Noise of the stars that are learnt from, as the bright ones have it whose abundances are known, and of those that coverage is measured on. */
const LEARNT: NoiseLevel = 200;
const testedLevels: readonly NoiseLevel[] = [200, 100, 50, 30, 20];
/** Stars shown in Fig. 4. */
const SHOWN = 300;

export interface AbundanceRequest {
  readonly model: EvaluatedModel;
  readonly set: PairSet;
  readonly seed: number;
}

/**
 * Fig. 4 and the coverage of the intervals: estimators are trained and calibrated on some pairs of the set and tested on the others, of which they have seen no star and no twin. Without
 * noise as in the paper's figure. For the coverage they learn from stars at SNR 200, and are tested there and on spectra with more noise.
 * @returns null where the set has no abundances, or too few stars
 */
export async function measureAbundances(
  place: Workplace,
  { model, set, seed }: AbundanceRequest,
  shelf: Shelf,
  course: TaskCourse,
): Promise<AbundanceEvaluation | null> {
  const { abundances, noiseless, rows } = set.labels;
  if (!abundances || rows < LEAST_STARS) return null;
  const tested = testedRows(set);
  const encode = async (noise: NoiseLevel, whole: boolean) => {
    const includes = whole ? null : (row: number) => tested.has(row);
    const observation = { key: `snr-${noise}${whole ? '' : '-tested'}`, noise, fault: null, includes };
    return encodeSet(place, { model, set, observation, seed }, shelf, course);
  };
  const measurement = new AbundanceMeasurement(place, model, set, seed, shelf, course);
  const first = noiseless ? 'none' : 'own';
  const plain = await encode(first, true);
  const figure = await measurement.figure(plain, tested, first);
  const learnt = noiseless ? await encode(LEARNT, true) : plain;
  const estimators = await measurement.train(learnt, tested, noiseless ? LEARNT : first, true);
  const coverage: CoverageRow[] = [];
  const compared = new Map<NoiseLevel, ComparedEstimates>();
  for (const noise of noiseless ? testedLevels : ([first] as const)) {
    const seen = noise === LEARNT || !noiseless ? onlyTested(learnt, tested) : await encode(noise, false);
    for (const { method, trained } of estimators) {
      const seenBy = await measurement.test(trained, seen, noise);
      coverage.push({ noise, method, species: measureCoverage(seenBy.estimates) });
      if (method === abundanceMethods[0]) compared.set(noise, seenBy);
    }
  }
  const [{ trained }] = estimators;
  const { trained: learntFrom, calibrated } = trained.figures[0];
  const differences = await differenceRows(compared, trained.differential, seed);
  return { elements, trained: learntFrom, calibrated, tested: tested.size, figure, coverage, differences };
}

/** Every pair's two stars are on the same side. */
function testedRows({ labels: { pair, rows } }: PairSet): ReadonlySet<number> {
  const order = new Map([...new Set(pair)].map((each, i) => [each, i]));
  // By thirds of the golden ratio, so that any stretch of the file is dealt out in the same shares.
  const isTested = (row: number) => ((order.get(pair[row]) ?? 0) * 0.6180339887498949) % 1 < TESTED;
  return new Set(Array.from({ length: rows }, (_, row) => row).filter(isTested));
}

function onlyTested(encoded: EncodedSet, tested: ReadonlySet<number>, inside = true): EncodedSet {
  return someRows(
    encoded,
    Array.from(encoded.rows.keys()).filter((at) => tested.has(encoded.rows[at]) === inside),
  );
}

class AbundanceMeasurement {
  private readonly columns: readonly number[];

  constructor(
    private readonly place: Workplace,
    private readonly model: EvaluatedModel,
    private readonly set: PairSet,
    private readonly seed: number,
    private readonly shelf: Shelf,
    private readonly course: TaskCourse,
  ) {
    this.columns = elements.map((_, s) => s);
  }

  /** @param viewed whether errors are calibrated on noisier spectra too */
  async train(encoded: EncodedSet, tested: ReadonlySet<number>, noise: NoiseLevel, viewed = false) {
    const learnt = onlyTested(encoded, tested, false);
    const { latents, snr } = this.input(learnt, noise);
    const own: ReferenceSet = { latents, snr, elements, abundances: this.truth(learnt) };
    const reference = viewed ? { ...own, views: await this.noisier(own, learnt.rows, noise) } : own;
    const { parameters } = this.model;
    const estimators: { method: string; trained: TrainedEstimator }[] = [];
    for (const method of abundanceMethods) {
      const training = { method, parameters, reference, seed: this.seed, calibration: CALIBRATION };
      const report: TaskCourse['report'] = (event) => this.course.report({ ...event, stage: `abundances ${noise}` });
      const trained = await this.place.compute.trainAbundances(training, { report, signal: this.course.signal });
      estimators.push({ method, trained });
    }
    return estimators;
  }

  /** Noisier spectra of the stars that calibrate, as `abundances train` makes them. @param rows of the set, by row of the reference */
  private async noisier(reference: ReferenceSet, rows: Int32Array, noise: NoiseLevel): Promise<NoisierViews> {
    const { calibration } = splitReference(reference, this.seed, CALIBRATION);
    const times = this.place.settings.abundances.views;
    const plan = planViews(reference, calibration, times, this.seed);
    const made: NoisierViews[] = [];
    for (let draw = 0; draw < times; draw++) {
      const planned = new Map(Array.from(calibration, (row, i) => [rows[row], draw * calibration.length + i] as const));
      const observation = {
        key: `snr-${noise}-noisier-${draw}`,
        noise,
        fault: null,
        noisier: { draw, share: (row: number) => plan.share[planned.get(row) ?? 0] },
        includes: (row: number) => planned.has(row),
      };
      const { place, model, set, seed, shelf, course } = this;
      const encoded = await encodeSet(place, { model, set, observation, seed }, shelf, course);
      const views = Array.from(encoded.rows, (row) => planned.get(row) ?? 0);
      made.push({
        row: Int32Array.from(views, (view) => plan.row[view]),
        share: Float64Array.from(views, (view) => plan.share[view]),
        latents: latentsOf(encoded),
      });
    }
    return {
      row: Int32Array.from(made.flatMap(({ row }) => Array.from(row))),
      share: Float64Array.from(made.flatMap(({ share }) => Array.from(share))),
      latents: joinLatents(made.map(({ latents }) => latents)),
    };
  }

  async test(trained: TrainedEstimator, seen: EncodedSet, noise: NoiseLevel): Promise<ComparedEstimates> {
    const input = this.input(seen, noise);
    const estimated = await this.estimate(trained, input);
    const estimates = {
      ...estimated,
      rows: seen.rows.length,
      species: elements.length,
      truth: this.truth(seen),
      reliable: estimated.reason.map((reason) => reason === null),
      teff: Float64Array.from(seen.rows, (row) => this.set.labels.parameters[row]?.teff ?? 0),
    };
    const { latents } = input;
    const snr = completeSnr(input.snr, latents, trained.differential.snrPerInformation ?? 1);
    return { estimates, inputs: inputsOf(input), star: seen.rows, snr, parameter: firstParameter(latents) };
  }

  /** RMSE of both ways and of the population on stars that they were not learnt from. */
  async figure(encoded: EncodedSet, tested: ReadonlySet<number>, noise: NoiseLevel): Promise<AbundanceFigure[]> {
    const seen = onlyTested(encoded, tested);
    const truth = this.truth(seen);
    const estimates = new Map<string, Float32Array>();
    for (const { method, trained } of await this.train(encoded, tested, noise))
      estimates.set(method, (await this.estimate(trained, this.input(seen, noise))).value);
    const column = (values: ArrayLike<number>, s: number) =>
      Array.from(seen.rows, (_, row) => values[row * elements.length + s]);
    return this.columns.map((s) => {
      const own = column(truth, s);
      const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
      const rms = (values: readonly number[]) =>
        Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
      const of = (method: string) => column(estimates.get(method) ?? new Float32Array(truth.length), s);
      const rmse = (method: string) => rms(of(method).map((value, i) => value - own[i]));
      const brief = (values: readonly number[]) => values.slice(0, SHOWN).map((value) => Number(value.toFixed(4)));
      return {
        element: elements[s],
        scatter: rms(own.map((value) => value - mean)),
        linear: rmse('linear'),
        nonlinear: rmse('nonlinear'),
        sample: { truth: brief(own), linear: brief(of('linear')), nonlinear: brief(of('nonlinear')) },
      };
    });
  }

  private estimate({ artefact }: TrainedEstimator, input: EstimateInput): Promise<EstimatedAbundances> {
    const id = createHash('sha256').update(artefact).digest('hex');
    return this.place.compute.estimateAbundances({ id, load: async () => artefact }, input);
  }

  private input(encoded: EncodedSet, noise: NoiseLevel): EstimateInput {
    const snr = Float64Array.from(encoded.rows, (row) => snrOf(noise, this.seed, row) ?? this.set.labels.snr[row]);
    return { latents: latentsOf(encoded), snr, extrapolated: new Uint8Array(encoded.rows.length) };
  }

  private truth(encoded: EncodedSet): Float64Array {
    const { abundances } = this.set.labels;
    const width = elements.length;
    return Float64Array.from({ length: encoded.rows.length * width }, (_, at) => {
      const row = encoded.rows[Math.floor(at / width)];
      return abundances ? abundances[row * width + (at % width)] : Number.NaN;
    });
  }
}

function latentsOf({ rows, size, residual, information, vector, refined, refinedCovariance }: EncodedSet): LatentBatch {
  return {
    rows: rows.length,
    latentSize: size,
    residual,
    information,
    informationVector: vector,
    refined,
    refinedCovariance,
  };
}

/** (r̂, u) by row. */
function inputsOf({ latents: { rows, residual, refined } }: EstimateInput): Float64Array {
  const [n, m] = [residual.length / rows, refined.length / rows];
  const all = new Float64Array(rows * (n + m));
  for (let row = 0; row < rows; row++) {
    all.set(residual.subarray(row * n, (row + 1) * n), row * (n + m));
    all.set(refined.subarray(row * m, (row + 1) * m), row * (n + m) + n);
  }
  return all;
}
