import { RANKED } from '../../src/domain/twinRanking.js';
import { bootstrapRatio, bootstrapShare } from '../../src/science/evaluation/bootstrap.js';
import { doppelgangerCurve } from '../../src/science/evaluation/doppelgangers.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import type { EncodedSet } from './encoding.js';
import type { PairLabels } from './pairSet.js';
import { evidenceOf, rank, twinsAmong, zScored } from './ranking.js';
import type { NoiseLevel, OrderFigures, RecoveryRow } from './results.js';

export interface RecoveryRequest {
  readonly encoded: EncodedSet;
  readonly labels: PairLabels;
  /** Row of the twin of each row that is looked for, or -1. */
  readonly queried: Int32Array;
  readonly noise: NoiseLevel;
  /** The model's own; null where it has none. */
  readonly metric: TwinMetric | null;
  /** The same fitted at this noise; null where it is not. */
  readonly ownMetric: TwinMetric | null;
  /** Ranks by row of the set; null where there is no bound. */
  readonly bound: Int32Array | null;
  readonly seed: number;
}

/** How well each order of the candidates finds true twins among all others. */
export async function measureRecovery(
  place: Workplace,
  request: RecoveryRequest,
  course: TaskCourse,
): Promise<RecoveryRow> {
  const { encoded, labels, queried, noise, metric, ownMetric, seed } = request;
  const twin = twinsAmong(encoded, queried);
  const pair = encoded.rows.map((row) => labels.pair[row]);
  const ranked = (vectors: Float32Array, by: TwinMetric | null) =>
    rank(place, vectors, encoded.size, twin, by && evidenceOf(encoded, by), course);
  const encoder = await ranked(zScored(encoded), null);
  const searched = await ranked(encoded.searched, metric);
  const own = ownMetric && (await ranked(ownMetric.whiten(encoded.residual), ownMetric));
  // A star whose twin has no latent is no query of the model, nor then of the bound.
  const bound = request.bound && encoded.rows.map((row, i) => (twin[i] < 0 ? -1 : (request.bound?.[row] ?? -1)));
  const figures = (ranks: Int32Array): OrderFigures => ({
    recovered: bootstrapShare(first(ranks), pair, seed),
    medianBefore: median(ranks),
    curve: doppelgangerCurve(ranks),
  });
  const among = searched.byDistance.map((value) => (value < 0 ? -1 : Number(value < RANKED)));
  return {
    noise,
    queries: twin.filter((row) => row >= 0).length,
    candidates: twin.length - 1,
    withoutLatent: encoded.withoutLatent,
    encoder: figures(encoder.byDistance),
    searched: figures(searched.byDistance),
    reranked: figures(searched.byEvidence),
    ownMetric: own && { searched: figures(own.byDistance), reranked: figures(own.byEvidence) },
    amongNearest: bootstrapShare(among, pair, seed),
    nearest: Math.min(RANKED, twin.length - 1),
    bound: bound && figures(bound),
    overBound: bound && bootstrapRatio(first(searched.byEvidence), first(bound), pair, seed),
    chance: 1 / (twin.length - 1),
  };
}

/** 1 where the twin is first, 0 where it is not, -1 where there is none. */
export function first(ranks: Int32Array): Int8Array {
  return Int8Array.from(ranks, (rank) => (rank < 0 ? -1 : Number(rank === 0)));
}

function median(ranks: Int32Array): number {
  const sorted = ranks.filter((rank) => rank >= 0).sort();
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
