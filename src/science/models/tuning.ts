import { TrainingError } from '../../domain/errors.js';

/** A short run with one weight of disentanglement. */
export interface Trial {
  readonly lambda: number;
  /** Held-out figures at its end (see heldOutFigures); null where it diverged. */
  readonly figures: {
    readonly reconstruction: number;
    readonly leakageBits: number;
    readonly objective: number;
  } | null;
}

/** How lambda was chosen: kept in the model's configuration. */
export interface Tuning {
  readonly criterion: string;
  /** Length of a trial as a share of the whole run. */
  readonly share: number;
  /** By lambda, the smallest first. */
  readonly trials: readonly Trial[];
  readonly chosen: number;
}

/**
 * Length of a trial, with the whole schedule in it. Compact FaderDis on 5,000 simulated spectra, lambda .02, .2, .63, 2, 6.3, 20: trials of 2,160 steps gave objectives
 * of 1.06, .91, .61, .51, .58, .68, and found 41, 43, 46, 46, 43, 40 % of twins at SNR 50, which no trial reads. They lean to large lambdas: over all 10,000 steps
 * .2, 2, 20 gave .28, .31, .49 and 56, 43, 42 %, as the adversary keeps ahead with less when it has more time. Trials at full length would be five runs.
 */
export const trialShare = 0.2;

export const criterion =
  'least objective: 1 - 2^(-leakage / parameters), plus log(held-out chi²) / log(chi² of the mean spectrum)';

const halfDecade = Math.sqrt(10);
/** Half-decades to each side of the preset's lambda that are tried at once, and the most that the search may go. */
const [near, far] = [2, 5];

/** The lambdas that a search begins with: five, a half-decade apart, around the present one. */
export function firstLambdas(centre: number): number[] {
  return Array.from({ length: 2 * near + 1 }, (_, i) => lambdaAt(centre, i - near));
}

/** The lambda to try next: one beyond the best while the best is the smallest or the largest; null where it is in between, or the search has gone far enough. */
export function nextLambda(centre: number, trials: readonly Trial[]): number | null {
  const { lambda } = bestTrial(trials);
  const lambdas = trials.map((trial) => trial.lambda);
  const step = Math.round(Math.log(lambda / centre) / Math.log(halfDecade));
  if (lambda === Math.min(...lambdas) && step > -far) return lambdaAt(centre, step - 1);
  if (lambda === Math.max(...lambdas) && step < far) return lambdaAt(centre, step + 1);
  return null;
}

/** @throws TrainingError when every trial diverged */
export function bestTrial(trials: readonly Trial[]): Trial {
  const objective = ({ figures }: Trial) => figures?.objective ?? Infinity;
  const best = trials.reduce((a, b) => (objective(b) < objective(a) ? b : a));
  if (best.figures) return best;
  throw new TrainingError(
    `the search for lambda: all ${trials.length} trials diverged, from lambda ${Math.min(...trials.map(({ lambda }) => lambda))} on`,
    'train with a lower rate (setting "rate")',
  );
}

export function tuningOf(trials: readonly Trial[]): Tuning {
  const ordered = trials.toSorted((a, b) => a.lambda - b.lambda);
  return { criterion, share: trialShare, trials: ordered, chosen: bestTrial(ordered).lambda };
}

/** Three digits, so that a lambda reads well and is the same number wherever it is computed. */
function lambdaAt(centre: number, halfDecades: number): number {
  return halfDecades === 0 ? centre : Number((centre * halfDecade ** halfDecades).toPrecision(3));
}
