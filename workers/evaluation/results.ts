import type { ParameterName } from '../../src/domain/parameters.js';
import type { SpeciesCoverage } from '../../src/science/evaluation/abundanceCoverage.js';
import type { SpeciesDifference } from '../../src/science/evaluation/abundanceDifferences.js';
import type { Share } from '../../src/science/evaluation/bootstrap.js';
import type { DistanceHistogram } from '../../src/science/evaluation/distanceHistogram.js';
import type { DoppelgangerCurve } from '../../src/science/evaluation/doppelgangers.js';
import type { LinearAbundance } from '../../src/science/evaluation/linearAbundances.js';
import type { PullBias } from '../../src/science/evaluation/pull.js';
import type { RecastingTables } from '../../src/science/evaluation/recasting.js';

/** Everything that `evaluate` finds out: what evaluation.json holds and the report shows. Shares are from 0 to 1. */
export interface Evaluation {
  readonly version: string;
  readonly date: string;
  /** Of the noise that is added, the bound and the bootstrap. */
  readonly seed: number;
  readonly sets: readonly SetEvaluation[];
}

/** The models on one set of pairs. */
export interface SetEvaluation {
  /** A release's name or a file's. */
  readonly set: string;
  readonly spectra: number;
  readonly pairs: number;
  readonly simulated: boolean;
  /** Whether its spectra come without noise, so that any SNR can be made. */
  readonly noiseless: boolean;
  readonly models: readonly ModelEvaluation[];
  /** Models that cannot be measured on this set. */
  readonly refused: readonly { readonly model: string; readonly reason: string }[];
  /** What could not be measured on this set, and why. */
  readonly notes: readonly string[];
}

export interface ModelEvaluation {
  readonly model: string;
  readonly method: string;
  readonly preset: string;
  readonly parameters: readonly ParameterName[];
  /** Whether the model was trained on these very spectra; it never saw who is whose twin. */
  readonly trainedOn: boolean;
  /** By noise, as the next; none where only other parts were asked for. */
  readonly recovery: readonly RecoveryRow[];
  /** Fig. 2. */
  readonly distances: readonly DistanceRow[];
  /** Fig. 4; null without abundances, or without recovery. */
  readonly abundances: readonly LinearAbundance[] | null;
  /** Fig. 4 by both ways, and how well errors are stated; null where it was not asked for, or the set is too small. */
  readonly species: AbundanceEvaluation | null;
  /** Figs 5 and 6, Tables 3 and 4; null where spectra have noise. */
  readonly recasting: Recasting | null;
  /** null where spectra have noise, or were not asked for. */
  readonly nuisances: NuisanceTable | null;
  readonly notes: readonly string[];
}

/** How noisy the spectra of a row are: a signal to noise per pixel, none, each its own (log-uniform), or that with which they came. */
export type NoiseLevel = number | 'none' | 'log-uniform' | 'own';

/** Twin recovery at one level of noise. */
export interface RecoveryRow {
  readonly noise: NoiseLevel;
  /** Stars whose twin is looked for, and other stars that each is compared with. */
  readonly queries: number;
  readonly candidates: number;
  /** Stars that could not be encoded, and are left out. */
  readonly withoutLatent: number;
  /** The encoder's z by plain L2, each component in units of its scatter: the paper's way. */
  readonly encoder: OrderFigures;
  /** The searched vectors by plain L2. */
  readonly searched: OrderFigures;
  /** The nearest ranked again by the Bayes factor. */
  readonly reranked: OrderFigures;
  /** As `searched` and `reranked`, with a metric fitted at this SNR instead of that of the training release; null where the spectra have noise of their own. */
  readonly ownMetric: { readonly searched: OrderFigures; readonly reranked: OrderFigures } | null;
  /** How often the twin is among the nearest that are ranked again, and how many these are. */
  readonly amongNearest: Share;
  readonly nearest: number;
  /** The best that the photons allow; null where the simulator cannot tell. */
  readonly bound: OrderFigures | null;
  /** Recovery of `reranked` over that of the bound. */
  readonly overBound: Share | null;
  /** Recovery if the order were random. */
  readonly chance: number;
}

/** How well one order of the candidates finds twins. */
export interface OrderFigures {
  /** Twin first. */
  readonly recovered: Share;
  /** Median number of stars before the twin. */
  readonly medianBefore: number;
  /** Fig. 3. */
  readonly curve: DoppelgangerCurve;
}

export interface DistanceRow {
  readonly noise: NoiseLevel;
  readonly encoder: DistanceHistogram;
  readonly searched: DistanceHistogram;
}

export interface Recasting {
  readonly tables: RecastingTables;
  /** Pairs that could not be compared, as they do not stand near each other in the set. */
  readonly skipped: number;
  /** A metal-rich and a metal-poor pair. */
  readonly examples: readonly RecastExample[];
}

/** A pair for Figs 5 and 6: 256 pixels of its spectra. */
export interface RecastExample {
  readonly names: readonly [string, string];
  readonly feh: number | null;
  /** K, dex. */
  readonly teff: readonly [number, number];
  readonly logg: readonly [number, number];
  /** Å in vacuum. */
  readonly wavelength: readonly number[];
  readonly first: readonly number[];
  readonly second: readonly number[];
  /** The first recast to the parameters of the second. */
  readonly recast: readonly number[];
  /** Over the whole spectrum. */
  readonly meanResidual: number;
  readonly residualDeviation: number;
}

/** Recovery where one star of each pair has a fault of real data that the model does not know of. */
export interface NuisanceTable {
  readonly snr: number;
  readonly pairs: number;
  /** The same stars without a fault. */
  readonly reference: Share;
  readonly rows: readonly NuisanceRow[];
}

export interface NuisanceRow {
  readonly name: string;
  readonly description: string;
  /** Which spectra have the fault. */
  readonly affected: 'one of each pair' | 'all';
  readonly recovered: Share;
  /** Recovery of the reference less this one. */
  readonly loss: number;
  /** null where the model gives no information. */
  readonly pull: PullBias | null;
}

/** Abundances of stars that an estimator has not seen, by species; arrays in the order of the elements. */
export interface AbundanceEvaluation {
  readonly elements: readonly string[];
  /** Stars that were learnt from, that errors were calibrated on, and tested on. */
  readonly trained: number;
  readonly calibrated: number;
  readonly tested: number;
  /** Fig. 4: learnt and tested without noise. */
  readonly figure: readonly AbundanceFigure[];
  /** Learnt at SNR 200. */
  readonly coverage: readonly CoverageRow[];
  /** By the preferred way. */
  readonly differences: readonly DifferenceRow[];
}

export interface AbundanceFigure {
  readonly element: string;
  /** Standard deviation of the abundance, and RMSE of both ways, dex. */
  readonly scatter: number;
  readonly linear: number;
  readonly nonlinear: number;
  readonly sample: Readonly<Record<'truth' | 'linear' | 'nonlinear', readonly number[]>>;
}

export interface CoverageRow {
  readonly noise: NoiseLevel;
  readonly method: string;
  readonly species: readonly SpeciesCoverage[];
}

/** Differences between stars of a pair. */
export interface DifferenceRow {
  readonly noise: NoiseLevel;
  /** Of the other star; absent: the same. */
  readonly otherNoise?: NoiseLevel | undefined;
  /** Neighbours in latent and parameters, or picked at random. */
  readonly near: boolean;
  readonly pairs: number;
  readonly species: readonly SpeciesDifference[];
}
