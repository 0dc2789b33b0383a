import type { Settings } from '../src/config.js';
import { NotReadyError } from '../src/domain/errors.js';
import { type Compared, latentDrift, twinOverlap } from '../src/science/evaluation/drift.js';
import { measureLeakage, type Probed } from '../src/science/models/leakage.js';
import type { Database } from '../src/storage/database.js';
import type { Release } from '../src/storage/dataRelease.js';
import { countRevised, countWithoutLatent, type SampledStar, sampleLatents } from '../src/storage/latentSample.js';
import type { StoredModel } from '../src/storage/model.js';

/** What is known of a release under a model before it is served. */
export interface CheckFigures {
  readonly stars: number;
  /** Share of the stars that have no latent. */
  readonly withoutLatent: number;
  /** Stars whose combined spectrum is to be replaced, and the share of them that loses its latent by that. */
  readonly revised: number;
  readonly revisedWithoutLatent: number;
  /** What the latents tell of the parameters that the model removes, bits; null for too few stars to tell. */
  readonly leakageBits: number | null;
  /** Against the latents that are served now: of all stars under another model, under the same one of those that are revised; null where there are too few to compare. */
  readonly latentDrift: number | null;
  readonly twinOverlap: number | null;
}

/** Stars that are looked at. */
const SAMPLE = 4000;
/** A probe has 231 features for 20 latents: of fewer stars it says nothing. */
const LEAST_FOR_LEAKAGE = 1000;
/** Fewer stars have no twin lists to speak of. */
const LEAST_FOR_DRIFT = 50;

/**
 * Measures a release under a model, staged spectra included.
 * @param served the model that answers now, or null
 * @param others releases that the model encoded as well: a new release has no latents under the served one, and drift is measured on one that has
 */
export async function measureRelease(
  db: Database,
  release: Release,
  model: StoredModel,
  served: string | null,
  others: readonly Release[],
): Promise<CheckFigures> {
  const { stars, without } = await countWithoutLatent(db, model.id, release.id);
  const revision = await countRevised(db, model.id, release.id);
  const formerModelId = served === model.id ? null : served;
  const sampled = { releaseId: release.id, modelId: model.id, formerModelId };
  const sample = await sampleLatents(db, sampled, SAMPLE);
  let compared = comparedOf(
    formerModelId === null && revision.stars
      ? await sampleLatents(db, { ...sampled, formerModelId: served, revised: true }, SAMPLE)
      : sample,
  );
  for (const { id } of formerModelId === null ? [] : others)
    compared ??= comparedOf(await sampleLatents(db, { releaseId: id, modelId: model.id, formerModelId }, SAMPLE));
  return {
    stars,
    withoutLatent: stars ? without / stars : 0,
    revised: revision.stars,
    revisedWithoutLatent: revision.stars ? revision.without / revision.stars : 0,
    leakageBits: leakageOf(sample, model),
    latentDrift: compared && latentDrift(compared),
    twinOverlap: compared && twinOverlap(compared),
  };
}

/** What stands against serving it, one sentence each; empty when the gate of the settings is passed. */
export function objections(figures: CheckFigures, gate: Settings['check']): string[] {
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const { withoutLatent, revisedWithoutLatent, leakageBits, latentDrift: drift, twinOverlap: overlap } = figures;
  return [
    ...(withoutLatent > gate.withoutLatent
      ? [
          `${share(withoutLatent)} of the stars have no latent (check.withoutLatent allows ${share(gate.withoutLatent)})`,
        ]
      : []),
    ...(revisedWithoutLatent > gate.withoutLatent
      ? [
          `${share(revisedWithoutLatent)} of the stars with another spectrum lose their latent (check.withoutLatent allows ${share(gate.withoutLatent)})`,
        ]
      : []),
    ...(leakageBits !== null && leakageBits > gate.leakageBits
      ? [
          `the latents tell ${leakageBits.toFixed(2)} bits of the parameters (check.leakageBits allows ${gate.leakageBits})`,
        ]
      : []),
    ...(drift !== null && drift > gate.latentDrift
      ? [
          `the latents drifted by ${drift.toFixed(2)} from those served now (check.latentDrift allows ${gate.latentDrift})`,
        ]
      : []),
    ...(overlap !== null && overlap < gate.twinOverlap
      ? [
          `twin lists share ${share(overlap)} with those served now (check.twinOverlap asks for ${share(gate.twinOverlap)})`,
        ]
      : []),
  ];
}

/** @throws NotReadyError with the figures, unless the gate is passed */
export function checkGate(release: string, model: string, figures: CheckFigures, gate: Settings['check']): void {
  const against = objections(figures, gate);
  if (against.length)
    throw new NotReadyError(
      `release "${release}" under ${model} did not pass its checks: ${against.join('; ')}`,
      `look into it, or publish all the same: npx starkin release publish ${release} --force`,
    );
}

/** The stars that have latents under both; null for too few. */
function comparedOf(sample: readonly SampledStar[]): Compared | null {
  const stars = sample.filter(({ former }) => former);
  if (stars.length < LEAST_FOR_DRIFT) return null;
  const join = (vectors: readonly Float32Array[]) => {
    const size = vectors[0].length;
    const all = new Float32Array(vectors.length * size);
    vectors.forEach((vector, row) => {
      all.set(vector, row * size);
    });
    return { all, size };
  };
  const current = join(stars.map((star) => star.current));
  const former = join(stars.map((star) => star.former as Float32Array));
  return {
    rows: stars.length,
    current: current.all,
    currentSize: current.size,
    former: former.all,
    formerSize: former.size,
  };
}

/** A probe learnt on one half of the stars and tried on the other; null for too few. */
function leakageOf(sample: readonly SampledStar[], { parameters }: StoredModel): number | null {
  const known = sample.filter((star) => parameters.every((name) => star[name] !== null));
  if (known.length < LEAST_FOR_LEAKAGE) return null;
  const size = known[0].current.length;
  const half = known.length >> 1;
  const scales = parameters.map((name) => scaleOf(known.map((star) => star[name] as number)));
  const probed = (stars: readonly SampledStar[]): Probed => ({
    rows: stars.length,
    z: Float32Array.from(stars.flatMap(({ current }) => [...current])),
    u: Float32Array.from(
      stars.flatMap((star) =>
        parameters.map((name, i) => ((star[name] as number) - scales[i].mean) / scales[i].scatter),
      ),
    ),
  });
  return measureLeakage(probed(known.slice(0, half)), probed(known.slice(half)), size, parameters.length).bits;
}

function scaleOf(values: readonly number[]): { mean: number; scatter: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, scatter: Math.sqrt(variance) || 1 };
}
