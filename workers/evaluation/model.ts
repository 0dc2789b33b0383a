import { readArtefact } from '../../src/science/artefact/artefact.js';
import type { Tensors } from '../../src/science/artefact/tensors.js';
import { distanceHistogram } from '../../src/science/evaluation/distanceHistogram.js';
import { type LinearAbundance, linearAbundances } from '../../src/science/evaluation/linearAbundances.js';
import { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { ungroup } from '../../src/science/latents/tensorGroup.js';
import { elements } from '../../src/science/simulator/population.js';
import { loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { loadGrid } from '../../src/storage/wavelengthGrid.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { measureAbundances } from './abundances.js';
import type { Bound } from './bound.js';
import { type EncodedSet, type EvaluatedModel, encodeSet } from './encoding.js';
import { FAULT_SNR, measureFaults } from './faults.js';
import { metricAt } from './noiseMetric.js';
import type { PairLabels, PairSet } from './pairSet.js';
import { twinsAmong, zScored } from './ranking.js';
import { measureRecasting } from './recasting.js';
import { measureRecovery } from './recovery.js';
import type { DistanceRow, ModelEvaluation, NoiseLevel, RecoveryRow } from './results.js';
import type { Shelf } from './shelf.js';

/** Levels of noise of the twin recovery, and those of Fig. 2. */
const levels: readonly NoiseLevel[] = ['none', 100, 50, 30, 20, 'log-uniform'];
const histogramLevels: readonly NoiseLevel[] = ['none', 50];
/** Stars shown in Fig. 4. */
const SHOWN = 300;

/** What is measured: the recovery of twins with Figs 2, 3 and 4, the best possible recovery, abundances with their errors, Figs 5 and 6 with Tables 3 and 4, and faults of real spectra. */
export const evaluationParts = ['recovery', 'bound', 'abundances', 'recasting', 'faults'] as const;
export type EvaluationPart = (typeof evaluationParts)[number];

export interface ModelRequest {
  readonly model: StoredModel;
  readonly set: PairSet;
  /** Row of the twin of each row that is looked for, or -1. */
  readonly queried: Int32Array;
  readonly bound: Bound | null;
  readonly parts: readonly EvaluationPart[];
  readonly seed: number;
}

/** Everything that is measured of a model on a set of pairs. */
export async function evaluateModel(
  place: Workplace,
  request: ModelRequest,
  shelf: Shelf,
  course: TaskCourse,
): Promise<ModelEvaluation> {
  return new ModelMeasurement(place, request, shelf, course).measure();
}

class ModelMeasurement {
  private readonly notes: string[] = [];
  private readonly recovery: RecoveryRow[] = [];
  private readonly distances: DistanceRow[] = [];
  private abundances: LinearAbundance[] | null = null;

  constructor(
    private readonly place: Workplace,
    private readonly request: ModelRequest,
    private readonly shelf: Shelf,
    private readonly course: TaskCourse,
  ) {}

  async measure(): Promise<ModelEvaluation> {
    const { model, set, parts } = this.request;
    const { noiseless } = set.labels;
    const bytes = await loadArtefact(this.place.db, model.id);
    const { tensors } = readArtefact(bytes);
    const metric = this.metricOf(tensors);
    const evaluated: EvaluatedModel = {
      source: { id: model.id, load: async () => bytes },
      grid: await loadGrid(this.place.db, model.gridId),
      parameters: model.parameters,
    };
    if (parts.includes('recovery'))
      for (const noise of noiseless ? levels : (['own'] as const)) await this.measureAt(noise, evaluated, metric);
    const recasts = parts.includes('recasting') && noiseless;
    const faults = parts.includes('faults') && noiseless;
    return {
      model: model.id,
      method: model.method,
      preset: model.preset,
      parameters: model.parameters,
      trainedOn: set.release !== null && set.release.id === model.trainedOnId,
      recovery: this.recovery,
      distances: this.distances,
      abundances: this.abundances,
      species: parts.includes('abundances') ? await this.species(evaluated) : null,
      recasting: recasts ? await this.recast(evaluated) : null,
      nuisances: faults ? await this.faults(evaluated, metric) : null,
      notes: this.notes,
    };
  }

  private async measureAt(noise: NoiseLevel, model: EvaluatedModel, metric: TwinMetric | null): Promise<void> {
    const { set, queried, seed, bound } = this.request;
    const encoded = await this.encode(model, noise);
    const ideal = (await bound?.ranksAt(noise, model.parameters.includes('feh'))) ?? null;
    const ownMetric =
      metric && noise !== 'own'
        ? await metricAt(this.place, { model, set, noise, seed }, metric, this.shelf, this.course)
        : null;
    const recovery = { encoded, labels: set.labels, queried, noise, metric, ownMetric, bound: ideal, seed };
    this.recovery.push(await measureRecovery(this.place, recovery, this.course));
    if (noise === 'own' || histogramLevels.includes(noise))
      this.distances.push(histograms(encoded, set.labels, noise, seed));
    if (noise === 'none' || noise === 'own') this.abundances = this.abundancesFrom(encoded);
  }

  private encode(model: EvaluatedModel, noise: NoiseLevel): Promise<EncodedSet> {
    const { set, seed } = this.request;
    const observation = { key: `snr-${noise}`, noise, fault: null, includes: null };
    return encodeSet(this.place, { model, set, observation, seed }, this.shelf, this.course);
  }

  private metricOf(tensors: Tensors): TwinMetric | null {
    const parts = ungroup('metric', tensors);
    const size = parts.widening && Math.sqrt(parts.scatter?.values.length ?? 0);
    if (size) return TwinMetric.fromTensors(parts, size);
    this.notes.push('The model has no metric of twins: candidates are ordered by distance alone. Train it again.');
    return null;
  }

  private async recast(model: EvaluatedModel) {
    const { set } = this.request;
    const name = `${model.source.id}-recasting.json`;
    return this.shelf.json(name, () => measureRecasting(this.place, model, set, this.course));
  }

  private species(model: EvaluatedModel) {
    const { set, seed } = this.request;
    return measureAbundances(this.place, { model, set, seed }, this.shelf, this.course);
  }

  private async faults(model: EvaluatedModel, metric: TwinMetric | null) {
    const { set, seed } = this.request;
    // Kept from the recovery, if that was measured.
    const clean = await this.encode(model, FAULT_SNR);
    return measureFaults(this.place, { model, set, seed, metric, clean }, this.shelf, this.course);
  }

  /** Fitted on every second pair, judged on the others: the map has seen no star that it is judged on, nor its twin. */
  private abundancesFrom(encoded: EncodedSet): LinearAbundance[] | null {
    const { abundances, pair } = this.request.set.labels;
    if (!abundances) return null;
    const order = new Map([...new Set(encoded.rows.map((row) => pair[row]))].map((each, i) => [each, i]));
    const odd = (place: number) => (order.get(pair[encoded.rows[place]]) ?? 0) % 2 === 1;
    const places = [...encoded.rows.keys()];
    const own = new Float64Array(encoded.rows.length * elements.length);
    encoded.rows.forEach((row, place) => {
      own.set(abundances.subarray(row * elements.length, (row + 1) * elements.length), place * elements.length);
    });
    return linearAbundances({
      latents: encoded.encoded,
      width: encoded.size,
      abundances: own,
      elements,
      fitted: places.filter((place) => !odd(place)),
      judged: places.filter(odd),
      shown: SHOWN,
    });
  }
}

function histograms(encoded: EncodedSet, labels: PairLabels, noise: NoiseLevel, seed: number): DistanceRow {
  const twin = twinsAmong(encoded, labels.twin);
  return {
    noise,
    encoder: distanceHistogram(zScored(encoded), encoded.size, twin, seed),
    searched: distanceHistogram(encoded.searched, encoded.size, twin, seed),
  };
}
