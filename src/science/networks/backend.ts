import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import util from 'node:util';
import { NotReadyError } from '../../domain/errors.js';
import { fusedOperations } from './fused.js';
import { spellOutTransposes } from './matrixGradient.js';
import type { Operations, TensorFlow } from './operations.js';
import { portableOperations } from './portable.js';
import { makeTwiceDifferentiable } from './secondOrder.js';

/** TensorFlow as this process runs it. */
export interface Backend {
  readonly name: 'tensorflow' | 'wasm';
  /** Where its numbers are: TensorFlow takes a graphics card where its library (see deploy/graphicsCard.mjs) and the driver have one. */
  readonly device: 'cpu' | 'gpu';
  readonly tf: TensorFlow;
  readonly operations: Operations;
  /** What the user should know about this choice, such as that the slow fallback runs; null when there is nothing to tell. */
  readonly note: string | null;
}

export type BackendChoice = 'auto' | 'tensorflow' | 'wasm';

/**
 * Loads TensorFlow into this process: one backend for its whole life, so that later calls return the first one's.
 * Its threads and log level are read from the environment (TF_NUM_INTRAOP_THREADS, TF_CPP_MIN_LOG_LEVEL) when it loads, so whoever starts the
 * process sets them: one thread for compact networks, which more threads make slower, all cores for the paper's. V8's sampling profiler
 * (--cpu-prof, a sample every millisecond) crashes a process that trains with the fused operations; without it the heap stays sound under
 * MALLOC_CHECK_=3. Measure with clocks.
 * @throws NotReadyError when 'tensorflow' is asked for and its compiled library is not there or does not load, or when the process runs another backend
 */
export async function loadBackend(choice: BackendChoice): Promise<Backend> {
  loading ??= load(choice).catch((error: unknown) => {
    loading = null;
    throw error;
  });
  const backend = await loading;
  if (choice !== 'auto' && choice !== backend.name)
    throw new NotReadyError(`backend ${choice}: this process already runs ${backend.name}`);
  return backend;
}

let loading: Promise<Backend> | null = null;

const require = createRequire(import.meta.url);
const remedy = 'npm run setup';

async function load(choice: BackendChoice): Promise<Backend> {
  if (choice === 'wasm') return loadWasm(null);
  const native = loadNative();
  if (typeof native !== 'string') return native;
  if (choice === 'tensorflow') throw new NotReadyError(`native TensorFlow cannot be used: ${native}`, remedy);
  return loadWasm(
    `native TensorFlow cannot be used (${native}): the WASM backend runs instead, several times slower; ${remedy} tries again`,
  );
}

/** @returns the backend, or why there is none */
function loadNative(): Backend | string {
  const addon = compiledAddon();
  if (!addon) return 'its library is not installed';
  // Node 23 took util.isNullOrUndefined away, which tfjs-node 4.22 calls; the CommonJS export is the object that it sees.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  try {
    const tf = require('@tensorflow/tfjs-node-gpu') as TensorFlow;
    makeTwiceDifferentiable(tf);
    const { isUsingGpuDevice } = tf.backend() as unknown as { readonly isUsingGpuDevice: boolean };
    const device = isUsingGpuDevice ? 'gpu' : 'cpu';
    const note =
      device === 'cpu' && isForCard() ? 'no graphics card answers: TensorFlow computes on the processor' : null;
    return { name: 'tensorflow', device, tf, operations: fusedOperations(tf), note };
  } catch (error) {
    return `${addon} does not load: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`;
  }
}

/** Whether the library that the set-up has laid in is the one for graphics cards, whose CUDA libraries lie beside it. */
function isForCard(): boolean {
  return existsSync(join(packageFolder(), 'deps', 'nvidia'));
}

/** tfjs-node's binding, when it has been compiled: without it the package throws, and prints advice that does not fit here. */
function compiledAddon(): string | null {
  const lib = join(packageFolder(), 'lib');
  if (!existsSync(lib)) return null;
  const addons = readdirSync(lib).map((folder) => join(lib, folder, 'tfjs_binding.node'));
  return addons.find((file) => existsSync(file)) ?? null;
}

function packageFolder(): string {
  return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

async function loadWasm(note: string | null): Promise<Backend> {
  const tf = require('@tensorflow/tfjs') as TensorFlow;
  const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  if (!(await tf.setBackend('wasm'))) throw new NotReadyError('the WASM backend of TensorFlow does not start', remedy);
  spellOutTransposes(tf);
  makeTwiceDifferentiable(tf);
  return { name: 'wasm', device: 'cpu', tf, operations: portableOperations(tf), note };
}
