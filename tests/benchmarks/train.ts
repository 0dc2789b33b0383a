import { presets } from '../../src/science/models/faderdis/settings.js';
import { FaderDisTrainee } from '../../src/science/models/faderdis/trainee.js';
import { samplesInMemory } from '../../src/science/models/memorySamples.js';
import type { Samples } from '../../src/science/models/method.js';
import { type Backend, loadBackend } from '../../src/science/networks/backend.js';
import { portableOperations } from '../../src/science/networks/portable.js';
import { Random } from '../../src/science/networks/random.js';
import { type Measurement, whyNotJudged } from './measurement.js';

const columns = 160;
const rows = 2048;
/** 300 epochs of 30,000 spectra in 10 minutes. */
const markMs = 17;

/**
 * Milliseconds for a step of the compact FaderDis (batch 256, 160 columns, two parameters), everything included: noise, gather, one tape, Adam. The
 * fused operations are held against the portable ones, which every other backend runs.
 */
export async function bench(): Promise<Measurement[]> {
  const judged = whyNotJudged() === null;
  // As the child processes that train compact networks have it: four threads are slower than one.
  process.env.TF_NUM_INTRAOP_THREADS = '1';
  const backend = await loadBackend('auto');
  const portable = await stepTime({ ...backend, operations: portableOperations(backend.tf) });
  const own = backend.operations.name === 'portable' ? portable : await stepTime(backend);
  const measurement: Measurement = {
    name: `compact FaderDis step (${backend.name}, ${backend.operations.name} against portable)`,
    value: own,
    unit: 'ms',
    reference: portable,
    ratio: own / portable,
    mark: markMs,
    met: judged ? own <= markMs : null,
  };
  return [measurement];
}

/** The best of five rounds: what the machine can do when nobody else wants it. */
async function stepTime(backend: Backend): Promise<number> {
  const samples = randomSamples();
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  const split = { training: all, heldOut: all.subarray(0, 64) };
  const trainee = await FaderDisTrainee.start(backend, samples, split, presets.compact, 1, 10_000);
  const { batch } = presets.compact;
  const steps = backend.name === 'wasm' ? 5 : 60;
  let step = 0;
  const round = async () => {
    const started = performance.now();
    for (let i = 0; i < steps; i++, step++) {
      const first = (step * batch) % rows;
      await trainee.step(all.subarray(first, first + batch), step, step % 20 === 0);
    }
    return (performance.now() - started) / steps;
  };
  await round();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) best = Math.min(best, await round());
  trainee.dispose();
  return best;
}

function randomSamples(): Samples {
  const random = new Random(1);
  return samplesInMemory(
    Float32Array.from({ length: rows * columns }, () => random.normal()),
    {
      rows,
      width: columns,
      u: Float32Array.from({ length: rows * 2 }, () => 2 * random.uniform() - 1),
      parameters: ['teff', 'logg'],
      noise: new Float32Array(columns).fill(0.1),
    },
  );
}
