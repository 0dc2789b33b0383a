import type { Candidate, StarEvidence } from '../../compute/compute.js';
import type { StarId } from '../../domain/star.js';

/** A star to be compared with others. @param stamp tells what is stored of it from what was before */
export function toCandidate(starId: StarId, stamp: string, evidence: () => Promise<StarEvidence | null>): Candidate {
  return { key: `${starId} ${stamp}`, evidence };
}
