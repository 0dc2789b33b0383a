import { InputError } from '../domain/errors.js';
import type { StarId } from '../domain/star.js';
import type { Candidate, ModelSource, Search, StarEvidence } from './compute.js';
import type { ModelChild } from './modelChild.js';
import type { Slots } from './slots.js';
import { NOWHERE, type PlacedStar } from './weighedStars.js';

type FindEvidence = (starId: StarId) => Promise<StarEvidence | null>;

/** What was found; null where there is none. */
type Told = Map<StarId, StarEvidence | null>;

/** Has children compare stars with many others, each with those that it keeps: see Compute.rank. All searches in one message to each child: 50 of them cost as much as 700 comparisons. */
export async function rank(
  children: readonly ModelChild[],
  model: ModelSource,
  searches: readonly Search[],
  evidence: FindEvidence,
): Promise<Float64Array[]> {
  const owns = searches.map(({ own }) => own);
  const shares = children.map((child) => ({ child, share: new Share(owns) }));
  searches.forEach(({ candidates }, search) => {
    candidates.forEach((candidate, i) => {
      shares[shareOf(candidate.starId, children.length)].share.add(candidate, search, i);
    });
  });
  const factors = searches.map(({ candidates }) => new Float64Array(candidates.length));
  // One that has nothing to compare is asked too: whether the model can be had, and the evidence is of it.
  const asked = shares.filter(({ share }, i) => i === 0 || share.candidates.length > 0);
  await Promise.all(
    asked.map(async ({ child, share }) => share.write(await rankBy(child, model, share, evidence), factors)),
  );
  return factors;
}

/** What one child compares: pairs of a search and a candidate, search by search. */
class Share {
  readonly candidates: Candidate[] = [];
  /** The search of each pair. */
  readonly searches: number[] = [];
  /** The candidate's place in it. */
  readonly #places: number[] = [];

  constructor(readonly owns: readonly StarEvidence[]) {}

  add(candidate: Candidate, search: number, place: number): void {
    this.candidates.push(candidate);
    this.searches.push(search);
    this.#places.push(place);
  }

  write(found: Float64Array, into: readonly Float64Array[]): void {
    for (let pair = 0; pair < found.length; pair++) into[this.searches[pair]][this.#places[pair]] = found[pair];
  }
}

/** The end of its id tells stars apart well enough. */
const TELLING = 8;

/** Which of the children keeps a star: the same one always. */
function shareOf(starId: StarId, children: number): number {
  let hash = 0;
  for (let i = Math.max(0, starId.length - TELLING); i < starId.length; i++)
    hash = (31 * hash + starId.charCodeAt(i)) | 0;
  return (hash >>> 0) % children;
}

/** Tells a child of those alone that it does not keep. */
async function rankBy(
  child: ModelChild,
  model: ModelSource,
  { owns, searches, candidates }: Share,
  evidence: FindEvidence,
): Promise<Float64Array> {
  const told: Told = new Map();
  // Outside the child's gate, so that those who ask meanwhile for what others lack do not wait for each other.
  await learn(candidates, child.slots(model.id), told, owns[0], evidence);
  return child.use(model, async (process, slots) => {
    const factors = new Float64Array(candidates.length);
    for (let from = 0; from < Math.max(1, candidates.length); from += slots.most) {
      const part = candidates.slice(from, from + slots.most);
      // What was kept may have given way meanwhile, or the child have been replaced by another.
      let placed = place(part, slots, told);
      for (; placed === null; placed = place(part, slots, told)) await learn(part, slots, told, owns[0], evidence);
      const asked = { owns, searches: Int32Array.from(searches.slice(from, from + slots.most)), ...placed };
      factors.set(await process.call('rank', { model: model.id, ...asked }), from);
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
  evidence: FindEvidence,
): Promise<void> {
  const unknown = new Set<StarId>();
  for (const candidate of candidates)
    if (!slots?.has(candidate) && !told.has(candidate.starId)) unknown.add(candidate.starId);
  await Promise.all(
    Array.from(unknown, async (starId) => {
      const found = await evidence(starId);
      if (found) requireSameSize(found, own);
      told.set(starId, found);
    }),
  );
}

interface Placed {
  /** Where the child keeps each candidate; NOWHERE for one that cannot be compared. */
  readonly places: Int32Array;
  /** Those that it has to be told of. */
  readonly fresh: readonly PlacedStar[];
}

/** @returns null where the evidence of some is neither kept nor told */
function place(candidates: readonly Candidate[], slots: Slots, told: Told): Placed | null {
  slots.begin();
  // All that are kept before any place is taken, which might be theirs.
  const places = new Int32Array(candidates.length);
  for (let i = 0; i < places.length; i++) {
    places[i] = slots.find(candidates[i]) ?? NOWHERE;
    if (places[i] === NOWHERE && !told.has(candidates[i].starId)) return null;
  }
  const fresh: PlacedStar[] = [];
  for (let i = 0; i < places.length; i++) {
    if (places[i] !== NOWHERE) continue;
    const evidence = told.get(candidates[i].starId);
    if (!evidence) continue;
    // Another search may have met it just before.
    const place = slots.find(candidates[i]);
    places[i] = place ?? slots.take(candidates[i]);
    if (place === undefined) fresh.push({ place: places[i], evidence });
  }
  return { places, fresh };
}

/** Before the child is told: it must not refuse what it is thought to keep. */
function requireSameSize(evidence: StarEvidence, own: StarEvidence): void {
  const sizes = ({ information, informationVector }: StarEvidence) =>
    `${information.length} + ${informationVector.length} numbers`;
  if (sizes(evidence) !== sizes(own)) throw new InputError('evidence', sizes(own), sizes(evidence));
}
