import type { ParameterValues } from '../../domain/parameters.js';
import type { StarId } from '../../domain/star.js';
import type { StoredEvidence } from '../../storage/evidence.js';
import type { StoredModel } from '../../storage/model.js';
import type { Context } from '../context.js';
import { modelSource } from '../modelSource.js';
import { recastStar } from '../spectrum/recastStar.js';
import type { ComparedPair } from './type.js';

/** Compares two stars that have a latent under the model. Nothing is computed until it is asked for. */
export function comparePair(
  context: Context,
  model: StoredModel,
  [a, b]: readonly [StarId, StarId],
  at: ParameterValues,
): ComparedPair {
  const source = modelSource(context, model.id);
  const evidence = once(async () => {
    const loader = context.loaders.evidence(model.id);
    const [own, other] = await Promise.all([loader.load(a), loader.load(b)]);
    return own && other ? ([own, other] satisfies [StoredEvidence, StoredEvidence]) : null;
  });
  return {
    recasts: once(() => Promise.all([recastStar(context, a, model, at), recastStar(context, b, model, at)])),
    logBayesFactor: once(async () => {
      const pair = await evidence();
      if (!pair) return null;
      const [own, other] = pair;
      const search = { own, candidates: [{ starId: b, stamp: other.stamp }] };
      const [[factor]] = await context.compute.rank(source, [search], async () => other);
      return factor;
    }),
    chiSquare: once(async () => {
      const pair = await evidence();
      return pair && (await context.compute.compare(source, pair[0], [pair[1]]))[0];
    }),
  };
}

/** Euclidean distance of two vectors; the database, which sums in 32 bits, agrees to some seven digits. */
export function distanceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let working: Promise<T> | null = null;
  return () => {
    working ??= work();
    return working;
  };
}
