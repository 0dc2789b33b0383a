/** The steps of the set-up, in order, under one lock per clone. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildExplorer, buildServer, generateOperations } from './buildSources.mjs';
import { chooseDevice, tensorflowSetting } from './graphicsCard.mjs';
import { installNative, isForCard, isInstalled, isSupported, planNative } from './nativeTensorflow.mjs';
import { withLock } from './setupLock.mjs';
import { root, run, SetupError, say, step } from './setupProcess.mjs';

/** In node_modules, so that whoever removes that folder removes the claim that it is complete. */
const stampFile = join(root, 'node_modules', '.starkin-setup.json');

/**
 * Brings the clone up to date.
 * @param {{ retry: boolean }} options retry: try the native TensorFlow again where it failed before
 * @returns {Promise<number>} exit code
 */
export async function setUp({ retry }) {
  try {
    const onWait = (owner) => say(`waiting for another set-up of this clone (${owner})`);
    await withLock(join(root, 'dist'), onWait, async () => {
      await install(retry);
      await generateOperations();
      await buildServer();
      await buildExplorer();
    });
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return error.code;
  }
}

/**
 * What is in node_modules is recorded step by step, so that a set-up which was stopped goes on where it was.
 * @typedef {{ dependencies?: string, native?: string, failure?: string | null }} Stamp digests of what each step was made from; why the native TensorFlow is absent
 */
async function install(retry) {
  const stamp = readStamp();
  const dependencies = digest(['package-lock.json'], `${process.platform} ${process.arch}`);
  const sources = ['tensorflowLibrary', 'tensorflowWheels', 'nativeTensorflow'].map((name) => `deploy/${name}.mjs`);
  const native = digest(['package-lock.json', ...sources], tensorflowSetting());
  const hasDependencies = stamp.dependencies === dependencies;
  const hasNative =
    hasDependencies &&
    stamp.native === native &&
    (stamp.failure ? !retry : isInstalled() && !(retry && (await isForOther())));
  const wantsNative = process.env.STARKIN_BACKEND !== 'wasm';

  if (!hasDependencies) await requireNpm();
  // Asked before the dependencies, which take half a minute: a missing compiler is named at once.
  const plan = wantsNative && !hasNative && isSupported ? await planNative() : null;
  if (!hasDependencies) {
    rmSync(stampFile, { force: true });
    await step('installing the dependencies', installDependencies);
    writeStamp({ dependencies });
  }
  linkCommand();
  let failure = hasNative ? stamp.failure : null;
  if (plan) {
    writeStamp({ dependencies });
    failure = await installNative(plan);
    writeStamp({ dependencies, native, failure });
  }
  if (!wantsNative) return;
  const goesOn = 'Starkin goes on with the WASM backend, which is much slower and fit for the compact preset only.';
  if (!isSupported) say(`No native TensorFlow for ${process.platform} on ${process.arch}. ${goesOn}`);
  else if (failure) say(`No native TensorFlow: ${failure}.\n${goesOn}\nTo try again: npm run setup`);
}

/** Whether a card has come since the library was chosen, or gone. Asked by `npm run setup` alone: the driver may take a second to answer. */
async function isForOther() {
  return (await chooseDevice()).card !== isForCard();
}

async function requireNpm() {
  if ((await run('npm', ['--version'], { capture: true })).ok) return;
  throw new SetupError(
    'missing: npm, which comes with Node.\nRemedy (Debian, Ubuntu; as root): apt-get install -y npm, or install Node from https://nodejs.org',
  );
}

async function installDependencies() {
  // The install scripts would download and build what is done here. devDependencies compile the sources, even under NODE_ENV=production.
  const options = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { ok, status } = await run('npm', ['ci', ...options]);
  if (!ok) throw new SetupError(`npm ci ${status}; its messages stand above`);
}

/** `npx starkin` looks among the commands of the dependencies first, whatever npm's version. */
function linkCommand() {
  const link = join(root, 'node_modules', '.bin', 'starkin');
  if (process.platform === 'win32' || existsSync(link)) return;
  rmSync(link, { force: true });
  symlinkSync(join('..', '..', 'bin', 'starkin.mjs'), link);
}

/** @returns {Stamp} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {Stamp} stamp */
function writeStamp(stamp) {
  writeFileSync(stampFile, JSON.stringify(stamp));
}

function digest(files, ...more) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  for (const text of more) hash.update(text);
  return hash.digest('hex');
}
