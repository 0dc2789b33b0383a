import { ERROR_TERMS } from '../../domain/errorTerms.js';

/** Scores to every term. */
const SCORES_PER_TERM = 300;

/** How many of the terms of an error so many scores can tell: with few the last are left out, down to the first, which is one error for all. */
export function termsFor(scores: number): number {
  return Math.max(1, Math.min(ERROR_TERMS, Math.floor(scores / SCORES_PER_TERM)));
}
