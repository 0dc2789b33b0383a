import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type IdealObservation, observeIdeally } from '../../src/science/evaluation/bound/idealEvidence.js';
import { rowsByClass } from '../../src/science/evaluation/bound/idealRanks.js';
import { inThreads, shared, sharedArray } from '../../src/science/evaluation/threads.js';
import { triangleSize } from '../../src/science/linearAlgebra/triangle.js';
import { elements, meanAbundances } from '../../src/science/simulator/population.js';
import { synthesise } from '../../src/science/simulator/synthesis.js';
import { drawPair } from '../../src/science/simulator/twinPair.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { snrOf } from './observation.js';
import type { PairSet } from './pairSet.js';
import type { NoiseLevel } from './results.js';
import { Shelf } from './shelf.js';

/** Stars whose Fisher information is computed: 36 syntheses each, 45 s on three cores altogether. */
export const BOUND_STARS = 400;
/** Seed of those stars; they need not be those of the set. */
const STARS_SEED = 97;
/** Matrices and steps of SNR where each star has an SNR of its own: all classes of stars have to be paired. */
const FEW_MATRICES = 32;
const SNR_STEPS = 24;

/**
 * The best that the photons allow: ranks of the true twins for a reader who knows Teff and log g (and [Fe/H], if it is removed), the simulator's Fisher information and the
 * population, and compares by the Bayes factor. A reference, not a theorem: it takes spectra as linear in abundances.
 */
export class Bound {
  private readonly ranks = new Map<string, Promise<Int32Array>>();

  private constructor(
    private readonly place: Workplace,
    private readonly fisher: Float64Array,
    private readonly set: PairSet,
    private readonly queried: Int32Array,
    private readonly seed: number,
    private readonly course: TaskCourse,
  ) {}

  /**
   * @param queried row of the twin of each row that is looked for, or -1
   * @returns null where the set's abundances are not known, or it is not simulated
   */
  static async of(
    place: Workplace,
    set: PairSet,
    queried: Int32Array,
    { seed, stars }: { readonly seed: number; readonly stars: number },
    course: TaskCourse,
  ): Promise<Bound | null> {
    if (!set.simulated || !set.labels.abundances) return null;
    return new Bound(place, await fisherMatrices(place, stars, course), set, queried, seed, course);
  }

  /** By row of the set; -1 where no twin is looked for. Computed once for all models that remove the same. */
  ranksAt(noise: NoiseLevel, fehKnown: boolean): Promise<Int32Array> {
    const key = `${noise} ${fehKnown}`;
    const known = this.ranks.get(key) ?? this.rank(noise, fehKnown);
    this.ranks.set(key, known);
    return known;
  }

  private async rank(noise: NoiseLevel, fehKnown: boolean): Promise<Int32Array> {
    const { place, queried, seed, course } = this;
    const { labels } = this.set;
    const own = noise === 'log-uniform' || noise === 'own';
    const observation = onSharedMemory(
      observeIdeally({
        fisher: own ? this.fisher.subarray(0, FEW_MATRICES * triangleSize(elements.length)) : this.fisher,
        abundances: labels.abundances as Float64Array,
        snr: labels.snr.map((given, row) => {
          const snr = snrOf(noise, seed, row) ?? given;
          return own ? stepped(snr) : snr;
        }),
        noisy: noise !== 'none',
        fehKnown,
        seed,
      }),
    );
    const members = rowsByClass(observation);
    const ranks = sharedArray(Int32Array, labels.rows).fill(-1);
    await inThreads(
      { kind: 'ideal', ranking: { observation, twin: shared(queried), members }, ranks },
      {
        items: members.length,
        block: 8,
        processes: place.settings.simulate.processes,
        signal: course.signal,
        report: (done) => course.report({ stage: 'bound', done, total: members.length, unit: 'classes of stars' }),
      },
    );
    return ranks;
  }
}

/** To the nearest of 24 steps a decade, 10 %, so that stars of one step can share their matrices. */
function stepped(snr: number): number {
  return 10 ** (Math.round(SNR_STEPS * Math.log10(snr)) / SNR_STEPS);
}

/** From the disk where they were computed before, by the same simulator. */
async function fisherMatrices(place: Workplace, count: number, { report, signal }: TaskCourse): Promise<Float64Array> {
  const shelf = new Shelf(join(place.folder, 'evaluation'));
  const name = `fisher-${simulatorFingerprint()}-${STARS_SEED}-${count}.safetensors`;
  const { information } = await shelf.tensors(name, async () => {
    const stars = Array.from({ length: count }, (_, pair) => {
      const { abundances, stars: both } = drawPair(STARS_SEED, pair);
      return { ...both[0], abundances };
    });
    const values = sharedArray(Float64Array, count * triangleSize(elements.length));
    await inThreads(
      { kind: 'fisher', stars, information: values },
      {
        items: count,
        block: 1,
        processes: place.settings.simulate.processes,
        signal,
        report: (done) => report({ stage: 'Jacobians', done, total: count, unit: 'stars' }),
      },
    );
    return { information: { shape: [count, triangleSize(elements.length)], values: values.slice() } };
  });
  return shared(information.values as Float64Array);
}

/** Changes with whatever changes a spectrum of the simulator. */
function simulatorFingerprint(): string {
  const hash = createHash('sha256');
  for (const [teff, logg] of [
    [4100, 1.6],
    [4900, 2.9],
  ])
    hash.update(synthesise({ teff, logg, abundances: meanAbundances() }));
  return hash.digest('hex').slice(0, 12);
}

function onSharedMemory(observation: IdealObservation): IdealObservation {
  const { classOf, information, vector } = observation;
  return { ...observation, classOf: shared(classOf), information: shared(information), vector: shared(vector) };
}
