import { Random } from '../networks/random.js';

/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0xd157;
const BINS = 60;
/** Share of random pairs beyond the last bin's left edge, at most. */
const BEYOND = 0.01;

/** Fig. 2 of de Mijolla et al. (2021): distances of twins and of random pairs, in units of the mean distance of twins. */
export interface DistanceHistogram {
  /** Left edges of the bins, all of one width; the last holds all that is further. */
  readonly edges: readonly number[];
  /** Shares of the pairs. */
  readonly twins: readonly number[];
  readonly random: readonly number[];
  /** Share of random pairs that are nearer than the mean pair of twins. */
  readonly overlap: number;
}

/** @param vectors rows x width; a twin of -1: none */
export function distanceHistogram(
  vectors: Float32Array,
  width: number,
  twin: Int32Array,
  seed: number,
): DistanceHistogram {
  const random = new Random(seed, STREAM);
  const rows = twin.length;
  const ofTwins: number[] = [];
  const ofRandom: number[] = [];
  twin.forEach((other, row) => {
    if (other <= row) return;
    ofTwins.push(distance(vectors, width, row, other));
    for (let i = 0; i < 4; i++) {
      const stranger = random.integer(rows);
      if (stranger !== row && stranger !== other) ofRandom.push(distance(vectors, width, row, stranger));
    }
  });
  const unit = ofTwins.reduce((sum, value) => sum + value, 0) / ofTwins.length;
  const sorted = Float64Array.from(ofRandom).sort();
  const furthest = Math.max(3, sorted[Math.floor((1 - BEYOND) * (sorted.length - 1))] / unit);
  const bin = furthest / (BINS - 1);
  const edges = Array.from({ length: BINS }, (_, i) => Number((i * bin).toPrecision(4)));
  return {
    edges,
    twins: shares(ofTwins, unit * bin),
    random: shares(ofRandom, unit * bin),
    overlap: ofRandom.filter((value) => value < unit).length / ofRandom.length,
  };
}

function shares(distances: readonly number[], bin: number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const value of distances) counts[Math.min(BINS - 1, Math.floor(value / bin))]++;
  return counts.map((count) => Number((count / distances.length).toPrecision(4)));
}

function distance(vectors: Float32Array, width: number, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += (vectors[a * width + k] - vectors[b * width + k]) ** 2;
  return Math.sqrt(sum);
}
