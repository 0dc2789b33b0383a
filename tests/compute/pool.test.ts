import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  Compute,
  ModelSource,
  SpectrumBatch,
  TrainCourse,
  TrainRequest,
  TrainResult,
} from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import {
  FileError,
  GridError,
  InputError,
  NotReadyError,
  StarkinError,
  TrainingError,
} from '../../src/domain/errors.js';
import type { ProgressEvent } from '../../src/domain/progress.js';
import { decodeRows, encodeSpectrum } from '../../src/domain/spectrumEncoding.js';
import { sliceOf, syntheticGrid, syntheticSpectra } from '../science/latents/syntheticSpectra.js';
import { childrenOf, isRunning } from './processes.js';

const training = syntheticSpectra(600, { seed: 1, snr: 100 });
const stars = syntheticSpectra(100, { seed: 2, snr: 100 });
const polydis: TrainRequest = {
  method: 'polydis',
  preset: 'compact',
  parameters: ['teff', 'logg'],
  grid: syntheticGrid,
  rows: training.rows,
  seed: 1,
  settings: {},
};
/** Long enough (some seconds) to be interrupted in the middle. */
const faderdis: TrainRequest = { ...polydis, method: 'faderdis', settings: { epochs: 25, batch: 64 } };

async function* batches(): AsyncGenerator<SpectrumBatch> {
  for (let start = 0; start < training.rows; start += 256)
    yield sliceOf(training, start, Math.min(start + 256, training.rows));
}

/** Child processes of this one: the pool's, for nothing else here starts any. */
const children = () => childrenOf(process.pid);

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

let folder: string;
let compute: Compute;
let model: ModelSource;
let trained: TrainResult;
const events: ProgressEvent[] = [];

function course(options: Partial<TrainCourse> = {}): TrainCourse {
  return {
    folder: join(folder, 'run'),
    resume: false,
    report: () => {},
    signal: new AbortController().signal,
    ...options,
  };
}

function sourceOf(id: string, { artefact }: TrainResult): ModelSource {
  return { id, load: async () => artefact };
}

/** A model that counts how often its bytes are asked for. */
function countedSource(id: string): ModelSource & { loads(): number } {
  let loads = 0;
  const load = async () => {
    loads++;
    return trained.artefact;
  };
  return { id, load, loads: () => loads };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-compute-'));
  compute = startCompute({ backend: 'auto', threads: 2 });
  trained = await compute.train(polydis, batches(), course({ report: (event) => events.push(event) }));
  model = sourceOf('polydis', trained);
}, 60_000);

afterAll(async () => {
  await compute.close();
  await rm(folder, { recursive: true });
});

describe('training in a child process', () => {
  it('gives a model with its configuration and metrics, and reports every stage', () => {
    expect(trained.config).toMatchObject({
      method: 'polydis',
      preset: 'compact',
      parameters: ['teff', 'logg'],
      seed: 1,
      spectra: 600,
    });
    expect(trained.metrics.reconstruction).toBeGreaterThan(0);
    expect([...new Set(events.map(({ stage }) => stage))]).toEqual(
      expect.arrayContaining(['spool', 'basis', 'project', 'train']),
    );
    expect(events.filter(({ stage }) => stage === 'spool').at(-1)).toMatchObject({ done: 600, total: 600 });
  });

  it('leaves no process behind', () => {
    expect(children()).toEqual([]);
  });

  it('refuses what cannot work before it reads a spectrum', async () => {
    let read = false;
    async function* spectra() {
      read = true;
      yield* batches();
    }
    const attempt = (change: Partial<TrainRequest>) => compute.train({ ...polydis, ...change }, spectra(), course());
    await expect(attempt({ method: 'oracle' })).rejects.toThrow(InputError);
    await expect(attempt({ preset: 'huge' })).rejects.toThrow(InputError);
    await expect(attempt({ rows: 0 })).rejects.toThrow(TrainingError);
    expect(read).toBe(false);
  });

  it('passes on a failure of the method with its class and remedy', async () => {
    async function* few() {
      yield sliceOf(training, 0, 40);
    }
    await expect(compute.train({ ...faderdis, rows: 40 }, few(), course())).rejects.toThrow(TrainingError);
  });
});

describe('an interrupted training', () => {
  it('goes on after a stop and after kill -9, and ends like one that was never interrupted', {
    timeout: 120_000,
  }, async () => {
    const whole = await compute.train(faderdis, batches(), course({ folder: join(folder, 'whole') }));

    const stop = new AbortController();
    const stopAtFirstEpoch = (event: ProgressEvent) =>
      event.stage === 'train' && event.done > 0 && stop.abort(new Error('stop, please'));
    const stopped = compute.train(faderdis, batches(), course({ signal: stop.signal, report: stopAtFirstEpoch }));
    await expect(stopped).rejects.toThrow('stop, please');
    expect(existsSync(join(folder, 'run', 'checkpoint.safetensors'))).toBe(true);

    let killed = false;
    const killInTraining = (event: ProgressEvent) => {
      if (event.stage !== 'train' || killed) return;
      killed = true;
      for (const pid of children()) process.kill(pid, 'SIGKILL');
    };
    const broken = compute.train(faderdis, batches(), course({ resume: true, report: killInTraining }));
    await expect(broken).rejects.toThrow(/compute process \(pid \d+\) was ended by signal SIGKILL while training/);

    const stages = new Set<string>();
    const resumed = await compute.train(
      faderdis,
      batches(),
      course({ resume: true, report: ({ stage }) => stages.add(stage) }),
    );
    expect([...stages]).toEqual(['train', 'metric']);
    const expected = await compute.encode(sourceOf('whole', whole), stars);
    const found = await compute.encode(sourceOf('resumed', resumed), stars);
    const difference = Math.max(...found.searched.map((value, i) => Math.abs(value - expected.searched[i])));
    expect(difference).toBeLessThan(0.05);
    expect(resumed.history.length).toBe(whole.history.length);
  });
});

describe('the child of a pool whose threads are limited', () => {
  it('is started by the first request, loads a model once and answers many requests at a time', async () => {
    const counted = countedSource('counted');
    const whole = await compute.encode(counted, stars);
    const parts = await Promise.all(
      Array.from({ length: 10 }, (_, i) => compute.encode(counted, sliceOf(stars, 10 * i, 10 * i + 10))),
    );
    expect(counted.loads()).toBe(1);
    expect(children().length).toBe(1);
    expect([whole.latents.length, whole.searched.length]).toEqual([100 * whole.latentSize, 100 * whole.latentSize]);
    parts.forEach(({ searched }, i) => {
      searched.forEach((value, k) => {
        expect(Math.abs(value - whole.searched[i * 10 * whole.latentSize + k])).toBeLessThan(1e-3);
      });
    });
  });

  it('encodes spectra as they are stored: the same as what they decode to', async () => {
    const pixels = stars.flux.length / stars.rows;
    const own = (values: Float32Array, row: number) => values.subarray(row * pixels, (row + 1) * pixels);
    const { rows, parameters, parameterErrors } = stars;
    const spectra = Array.from({ length: rows }, (_, row) =>
      encodeSpectrum({ flux: own(stars.flux, row), ivar: own(stars.ivar, row), mask: new Uint32Array(pixels) }),
    );
    const stored = { rows, parameters, parameterErrors, spectra };
    const decoded = { ...stars, flux: new Float32Array(rows * pixels), ivar: new Float32Array(rows * pixels) };
    decodeRows(spectra, decoded.flux, decoded.ivar);
    expect(await compute.encode(model, stored)).toEqual(await compute.encode(model, decoded));
    const first = { rows: 30, parameters, parameterErrors, spectra: spectra.slice(0, 30) };
    expect((await compute.encode(model, first)).reasons).toEqual(new Array(30).fill(null));
    spectra[7].flux[9] ^= 1;
    await expect(compute.encode(model, stored)).rejects.toMatchObject({ code: 'BAD_SPECTRUM' });
  });

  it('decodes latents to spectra', async () => {
    const { latents } = await compute.encode(model, stars);
    const { flux, extrapolated } = await compute.decode(model, latents, stars.parameters, stars.rows);
    expect(flux.length).toBe(stars.flux.length);
    expect(extrapolated.length).toBe(stars.rows);
    const worst = flux.reduce((most, value, i) => Math.max(most, Math.abs(value - stars.flux[i])), 0);
    expect(worst).toBeLessThan(0.3);
  });

  it('recasts spectra: at their own parameters they come back', async () => {
    const { flux, extrapolated } = await compute.recast(model, stars, stars.parameters);
    expect(extrapolated.length).toBe(stars.rows);
    const worst = flux.reduce((most, value, i) => Math.max(most, Math.abs(value - stars.flux[i])), 0);
    expect(worst).toBeLessThan(0.3);
  });

  it('keeps more models than it has room for at hand, by loading them again', async () => {
    const models = Array.from({ length: 6 }, (_, i) => countedSource(`copy ${i}`));
    for (const round of [0, 1])
      for (const each of models)
        expect((await compute.encode(each, sliceOf(stars, round, round + 1))).latents.length).toBeGreaterThan(0);
    expect(models.map(({ loads }) => loads())).toEqual([2, 2, 2, 2, 2, 2]);
    const [first] = models;
    await Promise.all(models.map((each) => Promise.all([compute.encode(each, stars), compute.encode(first, stars)])));
  });

  it('answers bad requests with errors of their class and goes on', async () => {
    const misshapen = {
      rows: 1,
      flux: new Float32Array(5),
      ivar: new Float32Array(5),
      parameters: new Float64Array(3),
      parameterErrors: new Float64Array(3),
    };
    await expect(compute.encode(model, misshapen)).rejects.toThrow(GridError);
    await expect(compute.decode(model, new Float32Array(1), new Float64Array(3), 1)).rejects.toThrow(InputError);
    await expect(compute.encode({ id: 'damaged', load: async () => new Uint8Array(50) }, stars)).rejects.toThrow(
      FileError,
    );
    await expect(
      compute.encode({ id: 'lost', load: () => Promise.reject(new NotReadyError('no such model')) }, stars),
    ).rejects.toThrow('no such model');
    expect((await compute.encode({ ...model, id: 'damaged' }, stars)).latents.length).toBeGreaterThan(0);
  });

  it('may be killed in the middle: what is in flight fails and says so, the next request is answered by another', async () => {
    const before = await compute.encode(model, stars);
    const [pid] = children();
    process.kill(pid, 'SIGSTOP');
    const inFlight = Promise.allSettled(Array.from({ length: 2 }, () => compute.encode(model, stars)));
    await sleep(50);
    process.kill(pid, 'SIGKILL');
    for (const outcome of await inFlight) {
      const { reason } = outcome as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(StarkinError);
      expect(reason.message).toContain(`the compute process (pid ${pid}) was ended by signal SIGKILL while encoding`);
      expect(reason.remedy).toContain('memory');
    }
    expect(await compute.encode(model, stars)).toEqual(before);
    expect(children()).not.toContain(pid);
  });
});

describe('the children of a pool that has the machine for itself', () => {
  const encoders = availableParallelism() >= 4 ? 2 : 1;
  let others: number[];
  beforeAll(() => {
    others = children();
  });
  const own = () => children().filter((pid) => !others.includes(pid));

  it('share batches, each with the model loaded once, give the same latents, and end when nobody asks', async () => {
    const compute = startCompute({ backend: 'auto', idle: 300 });
    const counted = countedSource('shared');
    const answers = await Promise.all(Array.from({ length: 8 }, () => compute.encode(counted, stars)));
    expect(counted.loads()).toBe(encoders);
    expect(own()).toHaveLength(encoders);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await until(() => own().length === 0);
    expect(await compute.encode(counted, stars)).toEqual(answers[0]);
    await compute.close();
  });

  it('that encode keep nobody waiting who asks for a spectrum, or has one of his own', async () => {
    const compute = startCompute({ backend: 'auto' });
    const { latents } = await compute.encode(model, stars);
    await Promise.all(Array.from({ length: 4 }, () => compute.encode(model, stars)));
    const stopped = own();
    for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    const held = Promise.all(Array.from({ length: 8 }, () => compute.encode(model, stars)));
    const { flux } = await compute.decode(model, latents, stars.parameters, stars.rows);
    expect(flux).toHaveLength(stars.flux.length);
    expect((await compute.encode(model, sliceOf(stars, 0, 1))).latents.length).toBeGreaterThan(0);
    expect(own()).toHaveLength(stopped.length + 1);
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    expect(await held).toHaveLength(8);
    await compute.close();
  });
});

describe('the end', () => {
  const pools: Compute[] = [];
  afterEach(() => Promise.all(pools.map((pool) => pool.close())));

  it('comes to every child with close, in the middle of a training too, and a closed pool takes no request', async () => {
    await compute.close();
    expect(children()).toEqual([]);
    const other = startCompute({ backend: 'auto' });
    pools.push(other);
    const events: ProgressEvent[] = [];
    const running = other.train(
      faderdis,
      batches(),
      course({ folder: join(folder, 'closed'), report: (event) => events.push(event) }),
    );
    const outcome = expect(running).rejects.toThrow(NotReadyError);
    await until(() => events.some(({ stage }) => stage === 'train'));
    await other.close();
    await outcome;
    expect(children()).toEqual([]);
    expect(existsSync(join(folder, 'closed', 'checkpoint.safetensors'))).toBe(true);
    await expect(other.encode(model, stars)).rejects.toThrow(NotReadyError);
    await expect(other.train(polydis, batches(), course())).rejects.toThrow(NotReadyError);
  });

  it('comes to a child whose parent was killed', async () => {
    const pool = pathToFileURL(join(import.meta.dirname, '../../dist/src/compute/pool.js'));
    const program = `
      const { startCompute } = await import(${JSON.stringify(pool.href)});
      startCompute({ backend: 'auto' }).encode({ id: 'none', load: () => new Promise(() => {}) }, {});
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
    await until(() => childrenOf(parent.pid ?? 0).length > 0);
    const [pid] = childrenOf(parent.pid ?? 0);
    parent.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });

  it('encodes on the portable backend what the native one trained, to within a thousandth of the spread', async () => {
    const native = startCompute({ backend: 'auto' });
    const portable = startCompute({ backend: 'wasm' });
    pools.push(native, portable);
    const [expected, found] = await Promise.all([native.encode(model, stars), portable.encode(model, stars)]);
    const difference = Math.max(...found.searched.map((value, i) => Math.abs(value - expected.searched[i])));
    expect(difference).toBeLessThan(1e-3);
  });
});
