/**
 * The TensorFlow C library (shared objects and headers) that the addon is compiled against, in a cache outside the clone, so that a second clone
 * does not download it again. A library is unpacked into a temporary folder beside its place and renamed into it: half a library is never met.
 *
 *     <cache>/<name>/lib       libtensorflow.so, libtensorflow_framework.so (links) and the objects
 *     <cache>/<name>/include   C headers
 *
 * Two routes lead to it: the official download of @tensorflow/tfjs-node, and the Python wheel of the same project, which can be had
 * where only a package index is reachable.
 */
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { withLock } from './setupLock.mjs';
import { run, say, step } from './setupProcess.mjs';

/** Version of the C library that @tensorflow/tfjs-node 4.22.0 names in scripts/deps-constants.js. */
const officialVersion = '2.9.1';
const officialSha256 = '7f510d2546e3db5e10b1d119463689003d587842892ad3c95bca51cf82820173';

/**
 * The wheels: any CPython build of one carries the same library, so the local Python's version does not matter.
 * To change: all fields together; the last is what `sha256sum` says of the file.
 */
const cpuWheel = {
  package: 'tensorflow-cpu',
  version: '2.21.0',
  python: '311',
  megabytes: 274,
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
};
/** For NVIDIA's graphics cards: needs the libraries of CUDA 12 and cuDNN 9 on the machine, and computes on the processor where they or the card are missing. */
const gpuWheel = {
  package: 'tensorflow',
  version: '2.21.0',
  python: '311',
  megabytes: 573,
  sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
};

/** @typedef {{ name: string, route: 'official' | 'wheel', fetch: (folder: string) => Promise<void>, needs: readonly ('python3' | 'pip')[] }} Library */

/** @type {Library} */
const official = { name: `libtensorflow-cpu-${officialVersion}`, route: 'official', fetch: fetchOfficial, needs: [] };
const fromWheel = libraryOf(cpuWheel);
const forGpu = libraryOf(gpuWheel);

/** @returns {Library} */
function libraryOf(wheel) {
  return {
    name: `${wheel.package}-${wheel.version}-${wheel.sha256.slice(0, 8)}`,
    route: 'wheel',
    fetch: (folder) => fetchWheel(wheel, folder),
    needs: ['python3', 'pip'],
  };
}

// Said, not found out: an image for machines with a graphics card is built on one without. The larger library and NVIDIA's own (4 GB) are for those who ask.
const wantsGpu = process.env.STARKIN_TENSORFLOW === 'gpu';

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
 * The libraries worth trying, in order: what is in the cache, then the official download where its host answers, then the wheel.
 * @returns {Promise<readonly Library[]>}
 */
export async function libraries() {
  if (wantsGpu) return [forGpu];
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

async function fetchWheel(wheel, folder) {
  const { package: name, version, megabytes } = wheel;
  const file = await step(`TensorFlow: downloading ${name} ${version} (${megabytes} MB)`, () =>
    downloadWheel(wheel, folder),
  );
  await step('TensorFlow: unpacking', async () => {
    const unpacked = await run('python3', ['-c', unpackWheel, file, folder]);
    if (!unpacked.ok) throw new Error(`the wheel could not be unpacked (python3 ${unpacked.status})`);
    rmSync(join(folder, 'wheel'), { recursive: true });
    symlinkSync('libtensorflow_cc.so.2', join(folder, 'lib', 'libtensorflow.so'));
    symlinkSync('libtensorflow_framework.so.2', join(folder, 'lib', 'libtensorflow_framework.so'));
  });
}

async function downloadWheel(wheel, folder) {
  const into = join(folder, 'wheel');
  const platforms = ['manylinux_2_27_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64'].flatMap((tag) => [
    '--platform',
    tag,
  ]);
  const { ok, status } = await run('python3', [
    ...['-m', 'pip', 'download', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:', '--retries', '2'],
    // pip would keep a second copy of the file in its own cache.
    '--no-cache-dir',
    ...(process.stderr.isTTY ? [] : ['--quiet']),
    ...['--implementation', 'cp', '--python-version', wheel.python, '--abi', `cp${wheel.python}`, ...platforms],
    ...['--dest', into, `${wheel.package}==${wheel.version}`],
  ]);
  if (!ok) throw new Error(`pip could not download ${wheel.package} ${wheel.version} (it ${status})`);
  const file = join(into, readdirSync(into)[0]);
  await verify(file, `${wheel.package} ${wheel.version}`, wheel.sha256);
  return file;
}

/** Before anything is unpacked: what is inside runs in every process that computes. */
async function verify(file, name, sha256) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== sha256) throw new Error(`${name}: expected sha256 ${sha256}, found ${found}`);
}

/** The C library out of the wheel; zipfile checks each member's CRC. Headers lie in three places, by the libraries that share them. */
const unpackWheel = `
import os, shutil, sys, zipfile
wheel, folder = sys.argv[1:]
libraries = ('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
licences = ('tensorflow/THIRD_PARTY_NOTICES.txt', 'tensorflow/include/LICENSE')
headers = ('tensorflow/include/tensorflow/c/', 'tensorflow/include/tensorflow/core/platform/ctstring', 'tensorflow/include/tsl/platform/ctstring',
           'tensorflow/include/tsl/c/', 'tensorflow/include/xla/tsl/c/')
archive = zipfile.ZipFile(wheel)
for name in archive.namelist():
    if name in libraries:
        target = os.path.join(folder, 'lib', os.path.basename(name))
    elif name in licences or (name.startswith(headers) and name.endswith('.h')):
        target = os.path.join(folder, name.split('/', 1)[1])
    else:
        continue
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with archive.open(name) as member, open(target, 'wb') as out:
        shutil.copyfileobj(member, out, 1 << 20)
`;
