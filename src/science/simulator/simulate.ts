import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { InputError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import { type ClusterSurvey, clusterSizes } from './clusterSurvey.js';
import type { CatalogueErrors, Observation, SimulatedRows } from './simulatedRows.js';
import type { BlockRequest } from './synthesisThread.js';

/** A simulated survey of chemical twins, or of clusters among field stars. */
export interface SimulationRequest {
  /** Pairs of stars: rows 2k and 2k + 1 share their abundances and differ in teff and logg. Or clusters among field stars. */
  readonly stars: { readonly pairs: number } | ClusterSurvey;
  readonly seed: number;
  /** Signal to noise per pixel; null: noiseless, with the ivar of an error of 0.5 %. */
  readonly snr: number | null;
  /** Threads that synthesise. */
  readonly processes: number;
  /** Adds blaze, slope and brightness: the flux is then not normalised, and whoever writes it must say so. */
  readonly continuum?: boolean;
  /** How far the catalogue's Teff and log g are from those of the spectra; absent: they are the same. */
  readonly catalogueErrors?: CatalogueErrors | undefined;
}

/** Pairs a thread makes at a time: 2.2 MB of spectra, a third of a second. */
const BLOCK = 16;
const MOST_UNITS = 10_000_000;

/**
 * Simulates twin pairs and hands them to `write`, block by block and in order; memory does not grow with their number. A pair depends on
 * the seed and its own number alone: neither on the threads nor on how many pairs there are. Not for science (see `synthesise`).
 * @throws InputError for a number that makes no sense, and the signal's reason once it is aborted
 */
export async function simulate(
  request: SimulationRequest,
  write: (rows: SimulatedRows) => void | Promise<void>,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  check(request);
  signal.throwIfAborted();
  const { stars, seed, snr, continuum = false, catalogueErrors } = request;
  const survey = 'pairs' in stars ? undefined : stars;
  const units = 'pairs' in stars ? stars.pairs : countStars(seed, stars);
  const block = 'pairs' in stars ? BLOCK : 2 * BLOCK;
  const blocks = Math.ceil(units / block);
  const threads = Array.from(
    { length: Math.min(request.processes, blocks) },
    () => new Thread({ seed, snr, continuum, catalogueErrors, survey }),
  );
  const begin = (number: number) => {
    const first = number * block;
    if (number < blocks) threads[number % threads.length].begin({ first, count: Math.min(block, units - first) });
  };
  const unit = survey ? 'stars' : 'pairs';
  try {
    for (let number = 0; number < threads.length; number++) begin(number);
    for (let number = 0; number < blocks; number++) {
      const rows = await threads[number % threads.length].finished();
      signal.throwIfAborted();
      begin(number + threads.length);
      await write(rows);
      report({ stage: 'simulate', done: Math.min(units, (number + 1) * block), total: units, unit });
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
  }
}

/** A worker thread that makes one block at a time; blocks go round the threads, so that they come back in order. */
class Thread {
  private readonly worker: Worker;
  private answer: Promise<SimulatedRows> | undefined;
  private resolve: (rows: SimulatedRows) => void = () => {};
  private reject: (error: unknown) => void = () => {};

  constructor(observation: Observation) {
    this.worker = new Worker(threadModule(), { workerData: observation });
    this.worker.on('message', (rows: SimulatedRows) => this.resolve(rows));
    this.worker.on('error', (error) => this.reject(error));
    this.worker.on('exit', (code) => this.reject(new Error(`a synthesis thread ended with code ${code}`)));
  }

  begin(request: BlockRequest): void {
    this.answer = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits sees the rejection; without this, one that nobody waits for any more would end the process.
    this.answer.catch(() => {});
    this.worker.postMessage(request);
  }

  finished(): Promise<SimulatedRows> {
    return this.answer as Promise<SimulatedRows>;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

/** The compiled thread: beside this file in dist/, or in dist/ when this file runs as source, as under vitest. */
function threadModule(): URL {
  const beside = new URL('./synthesisThread.js', import.meta.url);
  return existsSync(beside)
    ? beside
    : new URL('../../../dist/src/science/simulator/synthesisThread.js', import.meta.url);
}

/** Stars of a survey of clusters. */
export function countStars(seed: number, survey: ClusterSurvey): number {
  return survey.field + clusterSizes(seed, survey).reduce((sum, size) => sum + size, 0);
}

function check({ stars, seed, snr, processes, catalogueErrors }: SimulationRequest): void {
  const { pairs, clusters, field, members } = { pairs: 1, clusters: 1, field: 0, members: [1, 1] as const, ...stars };
  for (const [name, count, least] of [
    ['pairs', pairs, 1],
    ['clusters', clusters, 1],
    ['field', field, 0],
    ['members', members[0], 1],
    ['members', members[1], members[0]],
  ] as const)
    if (!Number.isInteger(count) || count < least || count > MOST_UNITS)
      throw new InputError(name, `a whole number from ${least} to ${MOST_UNITS}`, count);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError('seed', 'a whole number, not negative', seed);
  if (snr !== null && !(snr > 0 && Number.isFinite(snr))) throw new InputError('snr', 'a positive number', snr);
  for (const [name, error] of Object.entries(catalogueErrors ?? {}))
    if (!(error >= 0 && Number.isFinite(error)))
      throw new InputError(`the error of ${name}`, 'a number, not negative', error);
  if (!Number.isInteger(processes) || processes < 1)
    throw new InputError('processes', 'a whole number above 0', processes);
}
