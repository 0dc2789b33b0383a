import { continuumOffset } from './continuumOffset.js';
import { broaderLines, narrowerLines } from './lineSpread.js';
import type { Nuisance } from './nuisance.js';
import { persistence } from './persistence.js';
import { radialVelocity } from './radialVelocity.js';
import { tellurics } from './tellurics.js';

/** The rows of the nuisance table. */
export const nuisances: readonly Nuisance[] = [
  radialVelocity,
  broaderLines,
  narrowerLines,
  continuumOffset,
  tellurics,
  persistence,
];
