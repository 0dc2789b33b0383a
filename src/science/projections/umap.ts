import { UMAP } from 'umap-js';
import type { Report } from '../../domain/progress.js';
import { NearestRows, squaredDistance } from '../evaluation/nearest.js';
import { Random } from '../networks/random.js';
import { checkVectors, pickRows, type VectorSet } from '../surveyAnalysis/vectorSet.js';
import type { Projected } from './projected.js';

export interface UmapSettings {
  /** Nearest stars that each star is held to. */
  readonly neighbours: number;
  /** Least distance of two points in the plane. */
  readonly minimumDistance: number;
  /**
   * Most stars that are laid out by UMAP itself, drawn at random; all others are placed among them. On one core, 20 dimensions: 6,000 take 7 s, 20,000 30 s, of which a quarter goes to
   * finding neighbours exactly; both grow faster than the number of stars.
   */
  readonly fitted: number;
  readonly seed: number;
}

/** A star's nearest rows, the nearest first, with their distances. */
interface Neighbourhood {
  readonly rows: number[];
  readonly distances: number[];
}

/** How often progress is told. */
const EVERY_ROWS = 500;
const LEAST_STARS = 10;

/**
 * UMAP (McInnes, Healy & Melville 2018) by umap-js, on exact neighbours: its own search is approximate and depends on more than the seed. The same vectors and seed give the same
 * plane. Stars beyond `fitted` are placed at the mean of their nearest fitted stars, weighted by inverse distance, as UMAP begins when it transforms.
 * @throws InputError for fewer than 10 stars
 */
export function projectUmap(set: VectorSet, settings: UmapSettings, report: Report): Projected {
  checkVectors(set, LEAST_STARS);
  const { seed } = settings;
  const fitted = Math.min(set.rows, settings.fitted);
  const order =
    fitted < set.rows ? new Random(seed, 1).permutation(set.rows) : Int32Array.from({ length: set.rows }, (_, i) => i);
  // The fitted ones first: the neighbours of a row among the first rows are one call.
  const arranged = pickRows(set, order);
  // umap-js wants more stars than neighbours, the star itself among these.
  const count = Math.min(settings.neighbours, fitted - 2);
  const tell = (stage: string, done: number, total: number, unit: string) => report({ stage, done, total, unit });
  const plane = layOut(arranged, fitted, count, settings, tell);
  const [x, y] = [new Float32Array(set.rows), new Float32Array(set.rows)];
  const nearest = new NearestRows(count);
  for (let row = 0; row < set.rows; row++) {
    const [px, py] = row < fitted ? plane[row] : placeAmong(plane, neighbourhood(nearest, arranged, fitted, row));
    x[order[row]] = px;
    y[order[row]] = py;
    if (row >= fitted && row % EVERY_ROWS === 0) tell('place among neighbours', row, set.rows, 'stars');
  }
  return { x, y, results: { fitted } };
}

type Tell = (stage: string, done: number, total: number, unit: string) => void;

function layOut(
  set: VectorSet,
  fitted: number,
  count: number,
  { seed, minimumDistance }: UmapSettings,
  tell: Tell,
): number[][] {
  const nearest = new NearestRows(count);
  const found: Neighbourhood[] = [];
  for (let row = 0; row < fitted; row++) {
    found.push(neighbourhood(nearest, set, fitted, row));
    if (row % EVERY_ROWS === 0) tell('find neighbours', row, fitted, 'stars');
  }
  const random = new Random(seed, 2);
  const umap = new UMAP({
    nNeighbors: count + 1,
    minDist: minimumDistance,
    random: () => random.uniform(),
  });
  // umap-js counts a star as its own first neighbour.
  umap.setPrecomputedKNN(
    found.map(({ rows }, row) => [row, ...rows]),
    found.map(({ distances }) => [0, ...distances]),
  );
  const { width, vectors } = set;
  const epochs = umap.initializeFit(
    Array.from({ length: fitted }, (_, row) => Array.from(vectors.subarray(row * width, (row + 1) * width))),
  );
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    tell('lay out', epoch + 1, epochs, 'epochs');
  }
  return umap.getEmbedding();
}

/** The nearest of the first `fitted` rows. */
function neighbourhood(
  nearest: NearestRows,
  { vectors, width }: VectorSet,
  fitted: number,
  row: number,
): Neighbourhood {
  nearest.find(vectors, fitted, width, row);
  const found = Array.from(nearest.rows.subarray(0, nearest.size), (other) => ({
    other,
    distance: Math.sqrt(squaredDistance(vectors, row * width, other * width, width, Number.POSITIVE_INFINITY)),
  })).sort((a, b) => a.distance - b.distance || a.other - b.other);
  return { rows: found.map(({ other }) => other), distances: found.map(({ distance }) => distance) };
}

function placeAmong(plane: readonly (readonly number[])[], { rows, distances }: Neighbourhood): [number, number] {
  // A star at the place of a fitted one goes to its place.
  const closest = Math.max(distances[0], Number.MIN_VALUE);
  const weights = distances.map((distance) => closest / Math.max(distance, closest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (axis: number) => rows.reduce((sum, row, i) => sum + weights[i] * plane[row][axis], 0) / total;
  return [along(0), along(1)];
}
