import { bootstrapShare } from '../../src/science/evaluation/bootstrap.js';
import { nuisances } from '../../src/science/evaluation/nuisance/registry.js';
import { type PullBias, PullSum } from '../../src/science/evaluation/pull.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { triangleSize } from '../../src/science/linearAlgebra/triangle.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { type EncodedSet, type EncodingRequest, encodeSet, someRows } from './encoding.js';
import type { Fault, Observation } from './observation.js';
import type { PairLabels } from './pairSet.js';
import { evidenceOf, rank, twinsAmong } from './ranking.js';
import { first } from './recovery.js';
import type { NuisanceRow, NuisanceTable } from './results.js';
import type { Shelf } from './shelf.js';

/** Spectra are made faulty at this SNR: the brighter a star, the more a fault weighs. */
export const FAULT_SNR = 100;
/** Pairs of the set that are looked at. */
const PAIRS = 2000;
const key = (name: string) => name.replace(/[^A-Za-z0-9]+/g, '-');

/** The whole normalisation as a fault: blaze, slope and brightness put on, and a continuum fitted as at ingest. */
const CONTINUUM = {
  name: 'blaze and continuum, normalised',
  description:
    'blaze, black-body slope and brightness on every spectrum before its noise, then normalised as at ingest; the loss is that of the normalisation, for a model trained on spectra that came normalised',
};

export interface FaultRequest extends Omit<EncodingRequest, 'observation'> {
  readonly metric: TwinMetric | null;
  /** The whole set at `FAULT_SNR`. */
  readonly clean: EncodedSet;
}

/**
 * Recovery and bias of latents where spectra have faults that the model does not know of. One star of each pair has the fault: what all stars have in common cancels in
 * every distance, and twins are observed with different fibres, on different nights. The normalisation is every spectrum's lot.
 */
export async function measureFaults(
  place: Workplace,
  request: FaultRequest,
  shelf: Shelf,
  course: TaskCourse,
): Promise<NuisanceTable> {
  const { labels } = request.set;
  const chosen = firstPairs(labels);
  const clean = someRows(
    request.clean,
    [...request.clean.rows.keys()].filter((place) => chosen.has(request.clean.rows[place])),
  );
  const reference = await recovered(place, clean, request, course);
  const rows: NuisanceRow[] = [];
  const measure = async (name: string, description: string, nuisance: Fault['nuisance'], all: boolean) => {
    const affects = (row: number) => all || row < labels.twin[row];
    const observation: Observation = {
      key: `fault-${key(name)}`,
      noise: FAULT_SNR,
      fault: { nuisance, affects },
      includes: (row) => chosen.has(row),
    };
    const encoded = await encodeSet(place, { ...request, observation }, shelf, course);
    const share = await recovered(place, encoded, request, course);
    const loss = reference.value - share.value;
    const affected = all ? ('all' as const) : ('one of each pair' as const);
    rows.push({ name, description, affected, recovered: share, loss, pull: pullOf(encoded, clean, affects) });
  };
  for (const nuisance of nuisances) await measure(nuisance.name, nuisance.description, nuisance, false);
  await measure(CONTINUUM.name, CONTINUUM.description, 'continuum', true);
  return { snr: FAULT_SNR, pairs: new Set([...chosen].map((row) => labels.pair[row])).size, reference, rows };
}

async function recovered(
  place: Workplace,
  encoded: EncodedSet,
  { set: { labels }, metric, seed }: FaultRequest,
  course: TaskCourse,
) {
  const twin = twinsAmong(encoded, labels.twin);
  const evidence = metric && evidenceOf(encoded, metric);
  const { byEvidence } = await rank(place, encoded.searched, encoded.size, twin, evidence, course);
  const pair = encoded.rows.map((row) => labels.pair[row]);
  return bootstrapShare(first(byEvidence), pair, seed);
}

/** The same photons with and without the fault. */
function pullOf(faulty: EncodedSet, clean: EncodedSet, affects: (row: number) => boolean): PullBias | null {
  const { size } = faulty;
  const packed = triangleSize(size);
  const placeOf = new Map(Array.from(clean.rows, (row, place) => [row, place]));
  const sum = new PullSum(size);
  faulty.rows.forEach((row, i) => {
    const at = placeOf.get(row);
    if (at === undefined || !affects(row)) return;
    const shift = Float64Array.from(
      { length: size },
      (_, k) => faulty.residual[i * size + k] - clean.residual[at * size + k],
    );
    sum.add(clean.information.subarray(at * packed, (at + 1) * packed), shift);
  });
  return sum.bias();
}

function firstPairs({ twin, pair }: PairLabels): Set<number> {
  const pairs = new Set<number>();
  for (let row = 0; row < twin.length && pairs.size < PAIRS; row++) if (twin[row] >= 0) pairs.add(pair[row]);
  return new Set([...twin.keys()].filter((row) => twin[row] >= 0 && pairs.has(pair[row])));
}
