/**
 * The TensorFlow C library (shared objects and headers) that the addon is compiled against, in a cache outside the clone, so that a second clone
 * does not download it again. A library is unpacked into a temporary folder beside its place and renamed into it: half a library is never met.
 *
 *     <cache>/<name>/lib       libtensorflow.so, libtensorflow_framework.so (links) and the objects
 *     <cache>/<name>/include   C headers
 *     <cache>/<name>/nvidia    CUDA libraries, in the library for graphics cards: the RUNPATH of its objects leads there ($ORIGIN/../nvidia/…/lib), so that
 *                              nothing need be set in the environment of those who load it
 *
 * Two routes lead to a library for processors: the official download of @tensorflow/tfjs-node, and the Python wheel of the same project, which can be had
 * where only a package index is reachable. The one for graphics cards comes from wheels alone.
 */
import { createHash } from 'node:crypto';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withLock } from './setupLock.mjs';
import { run, say, step } from './setupProcess.mjs';
import { cardWheels, download, processorWheel, unpack, verify } from './tensorflowWheels.mjs';

/** Version of the C library that @tensorflow/tfjs-node 4.22.0 names in scripts/deps-constants.js. */
const officialVersion = '2.9.1';
const officialSha256 = '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173';

/** @typedef {{ name: string, route: 'official' | 'wheel' | 'card', fetch: (folder: string) => Promise<void>, needs: readonly ('python3' | 'pip')[] }} Library */

/** @type {Library} */
const official = { name: `libtensorflow-cpu-${officialVersion}`, route: 'official', fetch: fetchOfficial, needs: [] };
/** @type {Library} */
const fromWheel = {
  name: nameOf([processorWheel]),
  route: 'wheel',
  fetch: (folder) => fetchWheels([processorWheel], folder),
  needs: ['python3', 'pip'],
};
/** @type {Library} */
const forCard = {
  name: nameOf(cardWheels),
  route: 'card',
  fetch: fetchForCard,
  needs: ['python3', 'pip'],
};

/** GB on the disk: the 3.7 that stay, and what lies beside them meanwhile. */
const cardSpace = 5;

const cacheFolder = resolve(process.env.STARKIN_CACHE || join(homedir(), '.cache', 'starkin'));

/** @param {Library} library */
export function folderOf(library) {
  return join(cacheFolder, library.name);
}

/** @param {Library} library */
export function isCached(library) {
  return existsSync(folderOf(library));
}

/**
 * The libraries worth trying, in order: the one for graphics cards where it is wanted, then those for processors: what is in the cache, the official download where
 * its host answers, the wheel.
 * @param {boolean} card
 * @returns {Promise<readonly Library[]>}
 */
export async function libraries(card) {
  const others = await librariesForProcessors();
  return card ? [forCard, ...others] : others;
}

async function librariesForProcessors() {
  const cached = [official, fromWheel].filter(isCached);
  const reachable = cached.length === 0 && (await answers(officialUrl())) ? [official] : [];
  return [...new Set([...cached, ...reachable, fromWheel])];
}

/**
 * Puts the library into the cache, unless it is there. A second clone that comes meanwhile waits and then finds it.
 * @param {Library} library
 * @returns {Promise<string>} its folder
 * @throws Error saying in one line what failed
 */
export async function provide(library) {
  const place = folderOf(library);
  const onWait = (owner) => say(`waiting for another clone that downloads TensorFlow (${owner})`);
  await withLock(cacheFolder, onWait, async () => {
    // Under the lock, every temporary folder is one that a killed set-up has left.
    for (const name of readdirSync(cacheFolder))
      if (name.startsWith('.unpacking-')) rmSync(join(cacheFolder, name), { recursive: true });
    if (isCached(library)) return;
    const unpacking = join(cacheFolder, `.unpacking-${library.name}`);
    mkdirSync(unpacking);
    try {
      await library.fetch(unpacking);
      // Only the symbol table goes, the exports stay: 815 MB become 607. Without `strip` the library is merely larger.
      await run('strip', ['--strip-unneeded', ...objects(unpacking)]);
      renameSync(unpacking, place);
    } finally {
      rmSync(unpacking, { recursive: true, force: true });
    }
  });
  return place;
}

function objects(folder) {
  const lib = join(folder, 'lib');
  return readdirSync(lib, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(lib, entry.name));
}

/** The variables are those of the package's own install script. */
function officialUrl() {
  const host = process.env.TFJS_NODE_CDN_STORAGE || process.env.CDN_STORAGE || 'https://storage.googleapis.com/';
  const base = process.env.TFJS_NODE_BASE_URI || `${host}tensorflow/libtensorflow/libtensorflow-`;
  return `${base}cpu-linux-x86_64-${officialVersion}.tar.gz`;
}

async function answers(url) {
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) })).ok;
  } catch {
    return false;
  }
}

async function fetchOfficial(folder) {
  await step(`TensorFlow: downloading ${official.name}`, async () => {
    const archive = join(folder, 'archive.tar.gz');
    const response = await fetch(officialUrl(), { signal: AbortSignal.timeout(15 * 60_000) });
    if (!response.ok || !response.body) throw new Error(`the official download answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
    await verify(archive, official.name, officialSha256);
    const unpacked = await run('tar', ['-xzf', archive, '-C', folder]);
    if (!unpacked.ok) throw new Error(`the official download could not be unpacked (tar ${unpacked.status})`);
    rmSync(archive);
  });
}

async function fetchForCard(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const free = (bavail * bsize) / 1e9;
  if (free < cardSpace)
    throw new Error(`${cacheFolder}: expected ${cardSpace} GB of free disk, found ${free.toFixed(1)}`);
  await fetchWheels(cardWheels, folder);
}

/** One after another, so that only one wheel lies beside what is unpacked. */
async function fetchWheels(wheels, folder) {
  const into = join(folder, 'wheel');
  for (const wheel of wheels)
    await step(`TensorFlow: downloading ${wheel.package} ${wheel.version}`, async () => {
      await unpack(await download(wheel, into), folder);
      rmSync(into, { recursive: true });
    });
  symlinkSync('libtensorflow_cc.so.2', join(folder, 'lib', 'libtensorflow.so'));
  symlinkSync('libtensorflow_framework.so.2', join(folder, 'lib', 'libtensorflow_framework.so'));
}

/** After the first wheel, with the digest of what is in the library. */
function nameOf(wheels) {
  const [{ package: name, version, sha256 }] = wheels;
  const digest =
    wheels.length === 1
      ? sha256
      : createHash('sha256')
          .update(wheels.map((each) => each.sha256).join())
          .digest('hex');
  return `${name}-${version}-${digest.slice(0, 8)}`;
}
