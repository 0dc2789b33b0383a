import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { InputError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import type { CatalogueErrors, Observation, SimulatedRows } from './simulatedRows.js';
import type { BlockRequest } from './synthesisThread.js';

/** A simulated survey of chemical twins. */
export interface SimulationRequest {
  /** Pairs of stars: rows 2k and 2k + 1 share their abundances and differ in teff and logg. */
  readonly pairs: number;
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
const MOST_PAIRS = 10_000_000;

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
  const { pairs, seed, snr, continuum = false, catalogueErrors } = request;
  const blocks = Math.ceil(pairs / BLOCK);
  const threads = Array.from(
    { length: Math.min(request.processes, blocks) },
    () => new Thread({ seed, snr, continuum, catalogueErrors }),
  );
  const begin = (block: number) => {
    const first = block * BLOCK;
    if (block < blocks) threads[block % threads.length].begin({ first, count: Math.min(BLOCK, pairs - first) });
  };
  try {
    for (let block = 0; block < threads.length; block++) begin(block);
    for (let block = 0; block < blocks; block++) {
      const rows = await threads[block % threads.length].finished();
      signal.throwIfAborted();
      begin(block + threads.length);
      await write(rows);
      report({ stage: 'simulate', done: Math.min(pairs, (block + 1) * BLOCK), total: pairs, unit: 'pairs' });
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

function check({ pairs, seed, snr, processes, catalogueErrors }: SimulationRequest): void {
  if (!Number.isInteger(pairs) || pairs < 1 || pairs > MOST_PAIRS)
    throw new InputError('pairs', `a whole number from 1 to ${MOST_PAIRS}`, pairs);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError('seed', 'a whole number, not negative', seed);
  if (snr !== null && !(snr > 0 && Number.isFinite(snr))) throw new InputError('snr', 'a positive number', snr);
  for (const [name, error] of Object.entries(catalogueErrors ?? {}))
    if (!(error >= 0 && Number.isFinite(error)))
      throw new InputError(`the error of ${name}`, 'a number, not negative', error);
  if (!Number.isInteger(processes) || processes < 1)
    throw new InputError('processes', 'a whole number above 0', processes);
}
