import { defaultSettings } from '../../src/config.js';
import { presets as factordis } from '../../src/science/models/factordis/settings.js';
import { FactorDisTrainee } from '../../src/science/models/factordis/trainee.js';
import { presets as faderdis } from '../../src/science/models/faderdis/settings.js';
import { FaderDisTrainee } from '../../src/science/models/faderdis/trainee.js';
import { samplesInMemory } from '../../src/science/models/memorySamples.js';
import type { Samples } from '../../src/science/models/method.js';
import { type Backend, loadBackend } from '../../src/science/networks/backend.js';
import { portableOperations } from '../../src/science/networks/portable.js';
import { Random } from '../../src/science/networks/random.js';

/** What one process measures: a training step of a method's preset, with fused or with portable operations. */
export interface StepCase {
  readonly method: 'faderdis' | 'factordis';
  readonly preset: 'compact' | 'paper';
  readonly operations: 'own' | 'portable';
  /** Steps a round, and rounds. */
  readonly steps: number;
  readonly rounds: number;
}

export interface StepResult {
  /** Milliseconds a step in the best round: what the machine can do when nobody else wants it. Noise, gather, tape and Adam are in it. */
  readonly milliseconds: number;
  readonly samplesPerSecond: number;
  /** Most memory that the process had, in GB. */
  readonly peak: number;
  readonly backend: string;
}

/** Columns of x: coefficients of the basis that 30,000 simulated spectra at an SNR of 100 give, for which the marks of compact are meant, or the paper's pixels. */
const widths = { compact: 40, paper: 7751 };
const rows = 1024;

// The program: a case in, a result out. Its parent set the threads in the environment, which TensorFlow reads when it loads.
if (process.argv[2]) {
  const result = await measure(JSON.parse(process.argv[2]) as StepCase);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

async function measure({ method, preset, operations, steps, rounds }: StepCase): Promise<StepResult> {
  const loaded = await loadBackend('auto');
  const backend = operations === 'own' ? loaded : { ...loaded, operations: portableOperations(loaded.tf) };
  const samples = randomSamples(widths[preset]);
  const trainee = await start(backend, samples, method, preset);
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const { batch } = faderdis[preset];
  const milliseconds: number[] = [];
  // The first round warms up, and does not count.
  for (let round = 0, step = 0; round <= rounds; round++) {
    const started = performance.now();
    for (let i = 0; i < steps; i++, step++) {
      const first = (step * batch) % rows;
      await trainee.step(all.subarray(first, first + batch), step, i + 1 === steps);
    }
    if (round > 0) milliseconds.push((performance.now() - started) / steps);
  }
  const best = Math.min(...milliseconds);
  return {
    milliseconds: best,
    samplesPerSecond: (1000 * batch) / best,
    peak: process.resourceUsage().maxRSS / 1e6,
    backend: `${backend.name} on ${backend.device}, ${backend.operations.name}`,
  };
}

function start(backend: Backend, samples: Samples, method: StepCase['method'], preset: StepCase['preset']) {
  const split = { training: Int32Array.from({ length: rows }, (_, row) => row), heldOut: Int32Array.of(0) };
  return method === 'faderdis'
    ? FaderDisTrainee.start(backend, samples, split, faderdis[preset], 1, 10_000)
    : FactorDisTrainee.start(backend, samples, split, factordis[preset], 1, 10_000, {
        threads: defaultSettings().train.threads,
      });
}

function randomSamples(width: number): Samples {
  const random = new Random(1);
  return samplesInMemory(
    Float32Array.from({ length: rows * width }, () => random.normal()),
    {
      rows,
      width,
      u: Float32Array.from({ length: rows * 2 }, () => 2 * random.uniform() - 1),
      parameters: ['teff', 'logg'],
      noise: new Float32Array(width).fill(0.1),
      weight: new Float32Array(rows).fill(1),
    },
  );
}
