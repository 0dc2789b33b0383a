/**
 * The native backend of @tensorflow/tfjs-node-gpu without the package's install script: the C library comes from tensorflowLibrary.mjs, the N-API
 * addon is compiled here. The package of the two is taken that can use a graphics card: one build serves either library.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { chooseDevice } from './graphicsCard.mjs';
import { projectNode, root, run, SetupError, say, step } from './setupProcess.mjs';
import { folderOf, isCached, libraries, provide } from './tensorflowLibrary.mjs';

const packageFolder = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
const library = join(packageFolder, 'deps');
/** N-API is stable: one build serves every Node from 18. `napi-v8` is where the package looks for it. */
const addon = join(packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node');

/** Where a cached library keeps the addon compiled against it; the version is that of the package whose sources it is compiled from. */
const addonIn = (folder) => join(folder, 'tfjs_binding-4.22.0-napi-v8.node');

/** Linux on x86-64 is the only platform that both routes serve. */
export const isSupported = process.platform === 'linux' && process.arch === 'x64';

/** True while the addon and the library that it is linked to are in place. */
export function isInstalled() {
  return existsSync(addon) && existsSync(join(library, 'lib', 'libtensorflow.so'));
}

/** True where the library that is in place can use a graphics card. */
export function isForCard() {
  return existsSync(join(library, 'nvidia'));
}

/**
 * What the installation will take. Asked before anything slow begins, so that a missing program is named at once.
 * @throws SetupError naming every missing program with its remedy
 */
export async function planNative() {
  const { card, because } = await chooseDevice();
  say(because);
  const candidates = await libraries(card);
  const [first] = candidates;
  const needed = new Set(isCached(first) ? [] : first.needs);
  if (!existsSync(addonIn(folderOf(first)))) needed.add('g++');
  const missing = [];
  for (const [name, { check, debian }] of Object.entries(programs))
    if (needed.has(name) && !(await run(...check, { capture: true })).ok) missing.push({ name, debian });
  if (missing.length > 0)
    throw new SetupError(
      `missing: ${missing.map(({ name }) => name).join(', ')}: the native TensorFlow library is built with ${missing.length > 1 ? 'them' : 'it'}.\n` +
        `Remedy (Debian, Ubuntu; as root): apt-get install -y ${missing.map(({ debian }) => debian).join(' ')}\n` +
        'Or go on without it, with the much slower WASM backend: set STARKIN_BACKEND=wasm in the environment.',
    );
  return candidates;
}

const programs = {
  python3: { check: ['python3', ['--version']], debian: 'python3' },
  pip: { check: ['python3', ['-m', 'pip', '--version']], debian: 'python3-pip' },
  'g++': { check: ['g++', ['--version']], debian: 'g++' },
};

/**
 * Installs the first library that works.
 * @param {Awaited<ReturnType<typeof planNative>>} candidates
 * @returns {Promise<string | null>} why there is no native TensorFlow; null when there is
 */
export async function installNative(candidates) {
  const reasons = [];
  for (const candidate of candidates) {
    try {
      await install(await provide(candidate));
      return null;
    } catch (error) {
      if (error instanceof SetupError) throw error;
      say(`TensorFlow, route "${candidate.route}": ${error.message}`);
      reasons.push(error.message);
    }
  }
  removeNative();
  return reasons.join('; ');
}

/** Takes away what a failed installation left: half a backend is worse than none. */
export function removeNative() {
  rmSync(library, { recursive: true, force: true });
  rmSync(addon, { force: true });
}

async function install(folder) {
  removeNative();
  symlinkSync(folder, library);
  mkdirSync(join(addon, '..'), { recursive: true });
  const cached = addonIn(folder);
  const isNew = !existsSync(cached);
  if (isNew) await step('TensorFlow: compiling the addon', compile);
  else copyFileSync(cached, addon);
  await step('TensorFlow: self-test', selfTest);
  if (isNew) publish(cached);
}

async function compile() {
  const { ok, status } = await run('g++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8'],
    ...[join(root, 'node_modules', 'node-api-headers', 'include'), packageFolder, join(library, 'include')].map(
      (path) => `-I${path}`,
    ),
    ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(packageFolder, 'binding', name)),
    ...['-o', addon, `-L${join(library, 'lib')}`, '-ltensorflow', '-ltensorflow_framework'],
    ...['-Wl,-rpath,$ORIGIN/../../deps/lib', `-Wl,-rpath-link,${join(library, 'lib')}`],
  ]);
  if (!ok) throw new Error(`the addon could not be compiled (g++ ${status})`);
}

/** For the next clone, which then needs no compiler; whole or not at all. */
function publish(cached) {
  const draft = `${cached}.${process.pid}`;
  copyFileSync(addon, draft);
  renameSync(draft, cached);
}

/** Loads the backend in a process of its own, as a library built for another processor ends the process. */
async function selfTest() {
  const { ok, status, output } = await run(projectNode(), ['-e', product], {
    capture: true,
    env: { TF_CPP_MIN_LOG_LEVEL: '3', TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
  });
  if (isForCard() && !output.includes('computes on gpu'))
    say('TensorFlow: no graphics card answers here; it computes on the processor until one does');
  if (!ok) throw new Error(`the self-test ${status}: ${output.trim().split('\n').slice(-6).join(' | ')}`);
}

// Node 23 removed util.isNullOrUndefined, which the package still calls.
const product = `
require('node:util').isNullOrUndefined ??= (value) => value == null;
const tf = require('@tensorflow/tfjs-node-gpu');
const found = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).dataSync().join();
if (tf.getBackend() !== 'tensorflow' || found !== '19,22,43,50') throw new Error(tf.getBackend() + ': expected 19,22,43,50, found ' + found);
console.log('computes on ' + (tf.backend().isUsingGpuDevice ? 'gpu' : 'cpu'));
`;
