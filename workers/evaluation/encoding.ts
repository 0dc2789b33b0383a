import type { EncodedBatch, ModelSource } from '../../src/compute/compute.js';
import { GridError, InputError } from '../../src/domain/errors.js';
import type { ParameterName } from '../../src/domain/parameters.js';
import { describeGrid, sameGrid, type WavelengthGrid } from '../../src/domain/wavelengthGrid.js';
import type { Tensors } from '../../src/science/artefact/tensors.js';
import { triangleSize } from '../../src/science/linearAlgebra/triangle.js';
import { toBatch } from '../spectrumBatch.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { type Observation, observe } from './observation.js';
import type { PairSet, SetMember } from './pairSet.js';
import type { Shelf } from './shelf.js';

/** Batches with the encoder at a time, so that it need not wait for the next to be read and made noisy. */
const IN_FLIGHT = 3;

/** A model as an evaluation needs it. */
export interface EvaluatedModel {
  readonly source: ModelSource;
  readonly grid: WavelengthGrid;
  readonly parameters: readonly ParameterName[];
}

/** What a model makes of the spectra of a set, seen in one way; n is the latent size. Rows without a latent are left out. */
export interface EncodedSet {
  /** Rows of the set, ascending. */
  readonly rows: Int32Array;
  readonly size: number;
  /** By row, n numbers each: the encoder's z, the searched vector, and r̂. */
  readonly encoded: Float32Array;
  readonly searched: Float32Array;
  readonly residual: Float32Array;
  /** By row: L, packed, and e. */
  readonly information: Float32Array;
  readonly vector: Float32Array;
  /** By row: the fitted parameters in the model's order (K, dex, dex), and their covariance, packed. */
  readonly refined: Float32Array;
  readonly refinedCovariance: Float32Array;
  /** Rows that could not be encoded. */
  readonly withoutLatent: number;
}

export interface EncodingRequest {
  readonly model: EvaluatedModel;
  readonly set: PairSet;
  readonly observation: Observation;
  readonly seed: number;
}

/** @throws GridError for a set on another grid, InputError for a star without a parameter that the model removes */
export async function encodeSet(
  place: Workplace,
  request: EncodingRequest,
  shelf: Shelf,
  course: TaskCourse,
): Promise<EncodedSet> {
  const { model, set, observation } = request;
  if (!sameGrid(model.grid, set.grid))
    throw new GridError(set.name, `of model ${model.source.id} (${describeGrid(model.grid)})`, describeGrid(set.grid));
  const name = `${model.source.id}-${observation.key}.safetensors`;
  return fromTensors(await shelf.tensors(name, () => encodeAll(place, request, course)));
}

async function encodeAll(
  place: Workplace,
  { model, set, observation, seed }: EncodingRequest,
  course: TaskCourse,
): Promise<Tensors> {
  const gatherer = new Gatherer();
  const inFlight: Promise<void>[] = [];
  const total = observation.includes
    ? set.labels.names.filter((_, row) => observation.includes?.(row)).length
    : set.labels.rows;
  let sent = 0;
  const view = { seed, settings: place.settings, grid: set.grid };
  for await (const { start, members } of set.read()) {
    course.signal.throwIfAborted();
    const rows = members.map((_, i) => start + i).filter((row) => observation.includes?.(row) ?? true);
    if (!rows.length) continue;
    const seen = rows.map((row) => observe(known(members[row - start], model.parameters), row, observation, view));
    const encoding = place.compute.encode(model.source, toBatch(seen));
    inFlight.push(encoding.then((encoded) => gatherer.add(rows, encoded)));
    // Whoever waits sees a rejection; without this, one that nobody waits for any more would end the process.
    inFlight[inFlight.length - 1].catch(() => {});
    if (inFlight.length >= IN_FLIGHT) await inFlight.shift();
    sent += rows.length;
    const detail = `${model.source.id}, ${observation.key.replaceAll('-', ' ')}`;
    course.report({ stage: `encode ${observation.key}`, done: sent, total, unit: 'spectra', detail });
  }
  await Promise.all(inFlight);
  return gatherer.tensors();
}

function known(member: SetMember, needed: readonly ParameterName[]): SetMember {
  for (const name of needed)
    if (!Number.isFinite(member.parameters?.[name] ?? Number.NaN))
      throw new InputError(`${name} of ${member.name}`, 'a value, since the model removes it', null);
  return member;
}

/** Arrays of batches as they come, put together in order of the rows. */
class Gatherer {
  private readonly parts: { readonly rows: readonly number[]; readonly encoded: EncodedBatch }[] = [];

  add(rows: readonly number[], encoded: EncodedBatch): void {
    this.parts.push({ rows, encoded });
  }

  tensors(): Tensors {
    this.parts.sort((a, b) => a.rows[0] - b.rows[0]);
    const first = this.parts[0]?.encoded;
    const size = first?.latentSize ?? 0;
    const parameters = first ? first.refined.length / first.reasons.length : 0;
    const kept = this.parts.map(({ encoded }) =>
      [...encoded.reasons.keys()].filter((i) => encoded.reasons[i] === null),
    );
    const gathered = (
      name: 'encoded' | 'searched' | 'residual' | 'information' | 'informationVector' | 'refined' | 'refinedCovariance',
      width: number,
    ) => {
      const values = new Float32Array(kept.reduce((sum, rows) => sum + rows.length, 0) * width);
      let at = 0;
      this.parts.forEach(({ encoded }, p) => {
        for (const i of kept[p]) {
          values.set(encoded[name].subarray(i * width, (i + 1) * width), at);
          at += width;
        }
      });
      return { shape: [values.length / width, width], values };
    };
    const rows = Float64Array.from(this.parts.flatMap((part, p) => kept[p].map((i) => part.rows[i])));
    const all = this.parts.reduce((sum, part) => sum + part.rows.length, 0);
    return {
      rows: { shape: [rows.length], values: rows },
      withoutLatent: { shape: [1], values: Float64Array.of(all - rows.length) },
      encoded: gathered('encoded', size),
      searched: gathered('searched', size),
      residual: gathered('residual', size),
      information: gathered('information', triangleSize(size)),
      vector: gathered('informationVector', size),
      refined: gathered('refined', parameters),
      refinedCovariance: gathered('refinedCovariance', triangleSize(parameters)),
    };
  }
}

function fromTensors(tensors: Tensors): EncodedSet {
  const floats = (name: string) => tensors[name].values as Float32Array;
  return {
    rows: Int32Array.from(tensors.rows.values),
    size: tensors.encoded.shape[1],
    encoded: floats('encoded'),
    searched: floats('searched'),
    residual: floats('residual'),
    information: floats('information'),
    vector: floats('vector'),
    refined: floats('refined'),
    refinedCovariance: floats('refinedCovariance'),
    withoutLatent: tensors.withoutLatent.values[0],
  };
}

/** Some rows of an encoded set, by their places in it. */
export function someRows(encoded: EncodedSet, places: readonly number[]): EncodedSet {
  const pick = (values: Float32Array) => {
    const width = values.length / encoded.rows.length;
    const picked = new Float32Array(places.length * width);
    places.forEach((place, i) => {
      picked.set(values.subarray(place * width, (place + 1) * width), i * width);
    });
    return picked;
  };
  return {
    ...encoded,
    rows: Int32Array.from(places, (place) => encoded.rows[place]),
    encoded: pick(encoded.encoded),
    searched: pick(encoded.searched),
    residual: pick(encoded.residual),
    information: pick(encoded.information),
    vector: pick(encoded.vector),
    refined: pick(encoded.refined),
    refinedCovariance: pick(encoded.refinedCovariance),
  };
}
