import { InputError } from '../domain/errors.js';
import type { Candidate, ModelSource, StarEvidence } from './compute.js';
import type { ModelChild } from './modelChild.js';
import { KEPT_STARS } from './modelShelf.js';
import type { Slots } from './slots.js';
import type { PlacedStar } from './weighedStars.js';

/** Evidence by key; null where there is none. */
type Told = Map<string, StarEvidence | null>;

/** Has children compare one star with many, each with those that it keeps: see Compute.rank. */
export async function rank(
  children: readonly ModelChild[],
  model: ModelSource,
  own: StarEvidence,
  candidates: readonly Candidate[],
): Promise<Float64Array> {
  const factors = new Float64Array(candidates.length);
  const shares = children.map((): number[] => []);
  candidates.forEach(({ key }, i) => {
    shares[shareOf(key, children.length)].push(i);
  });
  // One that has nothing to compare is asked too: whether the model can be had, and the evidence is of it.
  await Promise.all(
    shares.map(async (share, child) => {
      if (share.length === 0 && child > 0) return;
      const some = await rankBy(
        children[child],
        model,
        own,
        share.map((i) => candidates[i]),
      );
      share.forEach((i, at) => {
        factors[i] = some[at];
      });
    }),
  );
  return factors;
}

/** Which of the children keeps a star: the same one always. */
function shareOf(key: string, children: number): number {
  let hash = 0;
  for (let i = 0; i < key.length; i++) hash = (31 * hash + key.charCodeAt(i)) | 0;
  return (hash >>> 0) % children;
}

/** Tells a child of those alone that it does not keep. */
async function rankBy(
  child: ModelChild,
  model: ModelSource,
  own: StarEvidence,
  candidates: readonly Candidate[],
): Promise<Float64Array> {
  const told: Told = new Map();
  // Outside the child's gate: searches of one request ask for what they lack together.
  await learn(candidates, child.slots(model.id), told, own);
  return child.use(model, async (process, slots) => {
    const factors = new Float64Array(candidates.length).fill(Number.NaN);
    for (let from = 0; from < candidates.length; from += KEPT_STARS) {
      const part = candidates.slice(from, from + KEPT_STARS);
      // What was kept may have given way meanwhile, or the child have been replaced by another.
      let placed = place(part, slots, told);
      for (; placed === null; placed = place(part, slots, told)) await learn(part, slots, told, own);
      const { compared, places, fresh } = placed;
      const some = await process.call('rank', { model: model.id, own, fresh, places: Int32Array.from(places) });
      compared.forEach((i, at) => {
        factors[from + i] = some[at];
      });
    }
    return factors;
  });
}

/** Asks for the evidence of all that are neither kept nor told. */
async function learn(
  candidates: readonly Candidate[],
  slots: Slots | undefined,
  told: Told,
  own: StarEvidence,
): Promise<void> {
  const unknown = candidates.filter(({ key }) => !slots?.has(key) && !told.has(key));
  const evidence = await Promise.all(unknown.map((candidate) => candidate.evidence()));
  unknown.forEach(({ key }, i) => {
    const found = evidence[i];
    if (found) requireSameSize(found, own);
    told.set(key, found);
  });
}

interface Placed {
  /** Which of the candidates can be compared. */
  readonly compared: readonly number[];
  /** Where the child keeps them. */
  readonly places: readonly number[];
  /** Those that it has to be told of. */
  readonly fresh: readonly PlacedStar[];
}

/** @returns null where the evidence of some is neither kept nor told */
function place(candidates: readonly Candidate[], slots: Slots, told: Told): Placed | null {
  slots.begin();
  // All that are kept before any place is taken, which might be theirs.
  const kept = candidates.map(({ key }) => slots.find(key));
  if (!candidates.every(({ key }, i) => kept[i] !== undefined || told.has(key))) return null;
  const compared: number[] = [];
  const places: number[] = [];
  const fresh: PlacedStar[] = [];
  candidates.forEach(({ key }, i) => {
    let place = kept[i] ?? slots.find(key);
    if (place === undefined) {
      const evidence = told.get(key);
      if (!evidence) return;
      place = slots.take(key);
      fresh.push({ place, evidence });
    }
    compared.push(i);
    places.push(place);
  });
  return { compared, places, fresh };
}

/** Before the child is told: it must not refuse what it is thought to keep. */
function requireSameSize(evidence: StarEvidence, own: StarEvidence): void {
  const sizes = ({ information, informationVector }: StarEvidence) =>
    `${information.length} + ${informationVector.length} numbers`;
  if (sizes(evidence) !== sizes(own)) throw new InputError('evidence', sizes(own), sizes(evidence));
}
