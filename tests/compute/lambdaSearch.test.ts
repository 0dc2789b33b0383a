import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrainCourse, TrainRequest } from '../../src/compute/compute.js';
import { searchLambda } from '../../src/compute/lambdaSearch.js';
import { startCompute } from '../../src/compute/pool.js';
import { InputError } from '../../src/domain/errors.js';
import type { ProgressEvent } from '../../src/domain/progress.js';
import type { Trial } from '../../src/science/models/tuning.js';
import { syntheticGrid, syntheticSpectra } from '../science/latents/syntheticSpectra.js';

const spectra = syntheticSpectra(400, { seed: 1, snr: 100 });
const request: TrainRequest = {
  method: 'faderdis',
  preset: 'compact',
  parameters: ['teff', 'logg'],
  grid: syntheticGrid,
  rows: spectra.rows,
  seed: 1,
  settings: { epochs: 10, batch: 64 },
  tune: true,
};
let folder: string;
let events: ProgressEvent[];

async function* batches() {
  yield spectra;
}

function course(changes: Partial<TrainCourse> = {}): TrainCourse {
  return {
    folder,
    resume: false,
    report: (event) => events.push(event),
    signal: new AbortController().signal,
    ...changes,
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-search-'));
  events = [];
});
afterEach(() => rm(folder, { recursive: true }));

describe('a search for lambda in child processes', () => {
  it('ends in a model of the lambda with the least objective, and tells all trials', { timeout: 120_000 }, async () => {
    const compute = startCompute({ backend: 'auto' });
    try {
      const { tuning, config } = await compute.train(request, batches(), course());
      const trials = tuning?.trials ?? [];
      expect(trials.length).toBeGreaterThanOrEqual(5);
      const best = Math.min(...trials.map(({ figures }) => figures?.objective ?? Infinity));
      expect(trials.find(({ lambda }) => lambda === tuning?.chosen)?.figures?.objective).toBe(best);
      expect(config).toMatchObject({ tuning, settings: { lambda: tuning?.chosen, epochs: 10 } });
      const tune = events.filter(({ stage }) => stage === 'tune');
      expect(tune.at(-1)).toMatchObject({ done: trials.length, total: trials.length, unit: 'trials' });

      // Resumed after its end, it runs no trial again.
      events = [];
      await compute.train(request, batches(), course({ resume: true }));
      expect(events.filter(({ stage }) => stage === 'tune')).toEqual([]);
    } finally {
      await compute.close();
    }
  });

  it('refuses a method that has no lambda', async () => {
    const compute = startCompute({ backend: 'auto' });
    const polydis = { ...request, method: 'polydis', settings: {} };
    await expect(compute.train(polydis, batches(), course())).rejects.toThrow(InputError);
    await compute.close();
  });
});

describe('a search that is interrupted', () => {
  const objectives = (lambda: number): Trial => ({
    lambda,
    figures: { reconstruction: 1, leakageBits: 1, objective: Math.abs(Math.log(lambda / 2)) },
  });

  beforeEach(async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'spool.json'), JSON.stringify({ id: 'these spectra' }));
  });

  it('keeps the trials that ended, and runs only the others when it goes on', async () => {
    const stop = new AbortController();
    const first: number[] = [];
    const broken = searchLambda(request, course({ signal: stop.signal }), 1, async (lambda) => {
      if (first.push(lambda) === 3) stop.abort(new Error('killed'));
      stop.signal.throwIfAborted();
      return objectives(lambda);
    });
    await expect(broken).rejects.toThrow('killed');
    const second: number[] = [];
    const tuning = await searchLambda(request, course(), 2, async (lambda) => {
      second.push(lambda);
      return objectives(lambda);
    });
    expect([first, second]).toEqual([
      [0.2, 0.632, 2],
      [2, 6.32, 20],
    ]);
    expect(tuning.chosen).toBe(2);
  });

  it('does not believe trials of other spectra, or damaged ones', async () => {
    for (const kept of [JSON.stringify({ spool: 'others', trials: [objectives(2)] }), '{"spool":']) {
      await writeFile(join(folder, 'trials.json'), kept);
      let ran = 0;
      await searchLambda(request, course(), 4, async (lambda) => {
        ran++;
        return objectives(lambda);
      });
      expect(ran).toBe(5);
      expect(JSON.parse(await readFile(join(folder, 'trials.json'), 'utf8')).trials).toHaveLength(5);
    }
  });

  it('stops the other trials when one fails', async () => {
    const stopped: number[] = [];
    const search = searchLambda(request, course(), 5, (lambda, { signal }) => {
      if (lambda === 2) return Promise.reject(new Error('a bad disk'));
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          stopped.push(lambda);
          reject(signal.reason);
        }),
      );
    });
    await expect(search).rejects.toThrow('a bad disk');
    expect(stopped.length).toBeGreaterThanOrEqual(2);
  });
});
