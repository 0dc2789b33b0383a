import { createHash } from 'node:crypto';
import type { ReferenceSet } from '../../src/compute/compute.js';
import type { AbundanceReference } from '../../src/domain/abundance.js';
import type { StarId } from '../../src/domain/star.js';
import { type LatentToEstimate, scanLatentsToEstimate } from '../../src/storage/abundanceEstimate.js';
import type { Release } from '../../src/storage/dataRelease.js';
import type { StoredModel } from '../../src/storage/model.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { toEstimateInput } from './estimateInput.js';
import type { KnownAbundances } from './references.js';

/** Stars that an estimator is made from, and what was left out. */
export interface Reference {
  readonly kind: AbundanceReference;
  readonly set: ReferenceSet;
  /** By row of the set. */
  readonly ids: readonly StarId[];
  readonly stars: number;
  /** Greatest revision of these stars. */
  readonly revision: number;
  /** Of known abundances, but without a latent under the model; and with one, but outside its training range. */
  readonly withoutLatent: number;
  readonly extrapolated: number;
  /** Species that are not learnt, and why. */
  readonly leftOut: readonly { readonly element: string; readonly reason: string }[];
  /** SHA-256 of all of it, hexadecimal. */
  readonly sha256: string;
}

/** Known abundances with the latents of their stars under a model. */
export async function buildReference(
  place: Workplace,
  release: Release,
  model: StoredModel,
  known: KnownAbundances,
  course: TaskCourse,
): Promise<Reference> {
  const { minimumStars, maximumStars } = place.settings.abundances;
  const stars: LatentToEstimate[] = [];
  let extrapolated = 0;
  const wanted = sampled([...known.stars.keys()], maximumStars);
  const selection = {
    modelId: model.id,
    releaseId: release.id,
    missingUnder: null,
    batch: place.settings.encode.batch,
  };
  for await (const rows of scanLatentsToEstimate(place.db, selection)) {
    course.signal.throwIfAborted();
    for (const row of rows) {
      if (!wanted.has(row.starId)) continue;
      if (row.extrapolated) extrapolated++;
      else stars.push(row);
    }
    course.report({ stage: 'reference', done: stars.length, total: wanted.size, unit: 'stars', detail: release.name });
  }
  const told = stars.map(({ starId }) => known.stars.get(starId) ?? {});
  const { elements, leftOut } = chooseSpecies(told, minimumStars);
  const abundances = Float64Array.from(told.flatMap((own) => elements.map((element) => own[element] ?? Number.NaN)));
  const { latents, snr } = toEstimateInput(stars);
  const set = { latents, elements, abundances, snr };
  return {
    kind: known.reference,
    set,
    ids: stars.map(({ starId }) => starId),
    stars: stars.length,
    revision: Math.max(0, ...stars.map(({ revision }) => revision)),
    withoutLatent: wanted.size - stars.length - extrapolated,
    extrapolated,
    leftOut,
    sha256: digest(stars, set),
  };
}

/** At most so many, by the digests of their ids: the same sample every time. */
function sampled(ids: readonly StarId[], limit: number): ReadonlySet<StarId> {
  if (ids.length <= limit) return new Set(ids);
  const ordered = ids.map((id) => [createHash('md5').update(id).digest('hex'), id] as const).sort();
  return new Set(ordered.slice(0, limit).map(([, id]) => id));
}

/** Iron first, the others in alphabetical order; those that too few stars know, or all alike, are left out. */
function chooseSpecies(told: readonly Readonly<Record<string, number>>[], minimumStars: number) {
  const all = [...new Set(told.flatMap((own) => Object.keys(own)))].sort(
    (a, b) => Number(a !== 'Fe') - Number(b !== 'Fe') || (a < b ? -1 : 1),
  );
  const leftOut: { element: string; reason: string }[] = [];
  const elements = all.filter((element) => {
    const values = told.flatMap((own) => own[element] ?? []);
    const reason =
      values.length < minimumStars
        ? `known of ${values.length} stars, ${minimumStars} are needed (abundances.minimumStars)`
        : values.every((value) => value === values[0])
          ? `the same, ${values[0]} dex, in all ${values.length} stars`
          : null;
    if (reason) leftOut.push({ element, reason });
    return !reason;
  });
  return { elements, leftOut };
}

function digest(stars: readonly LatentToEstimate[], { elements, abundances, snr }: ReferenceSet): string {
  const hash = createHash('sha256').update(elements.join(' '));
  for (const { starId, stamp } of stars) hash.update(`${starId} ${stamp}\n`);
  return hash.update(new Uint8Array(abundances.buffer)).update(new Uint8Array(snr.buffer)).digest('hex');
}
