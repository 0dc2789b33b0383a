/**
 * Makes what has changed: the types of operations, TypeScript into dist/, the web page into dist-explorer/. Each output carries a digest of its sources, written
 * last: an interrupted build has none and is begun anew. Digests are of contents, as a git checkout touches times without changing files (300 files: 15 ms).
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectNode, root, run, SetupError, step } from './setupProcess.mjs';

const dist = join(root, 'dist');
const explorer = join(root, 'src', 'explorer');
const distExplorer = join(root, 'dist-explorer');
/** Folders whose operations are typed; deploy/codegen.mjs says how. */
const clients = [explorer, join(root, 'tests', 'client')];

/**
 * Brings the types of all operations up to date, in generated/ of each client: made here and not committed, as they follow from the schema and the operations.
 * @throws SetupError after the generator's own messages, such as the field that an operation asks for and the schema has not
 */
export async function generateOperations() {
  const sources = clients.flatMap(filesUnder).filter((path) => !isGenerated(path));
  const config = join(root, 'deploy', 'codegen.mjs');
  const wanted = digest([...sources, join(root, 'schema', 'schema.graphql'), config, join(root, 'package-lock.json')]);
  const stamps = clients.map((folder) => join(folder, 'generated', '.sources'));
  if (stamps.every((stamp) => readStamp(stamp) === wanted)) return;
  await step('generating the types of operations', async () => {
    for (const folder of clients) rmSync(join(folder, 'generated'), { recursive: true, force: true });
    const { ok, output } = await run(projectNode(), ['node_modules/.bin/graphql-codegen', '--config', config], {
      capture: true,
    });
    if (!ok) throw new SetupError(`the operations of a client do not fit the schema:\n${output}`);
    for (const stamp of stamps) writeFileSync(stamp, wanted);
  });
}

/**
 * Brings dist/ up to date, and clears outputs whose source is gone.
 * @throws SetupError after the compiler's own messages
 */
export async function buildServer() {
  const sources = ['src', 'workers', 'tests'].flatMap((folder) => filesUnder(join(root, folder))).filter(isCompiled);
  const wanted = digest([...sources, join(root, 'tsconfig.json'), join(root, 'package-lock.json')]);
  const stamp = join(dist, '.sources');
  const built = readStamp(stamp);
  const complete = sources.every((path) => existsSync(outputOf(path)));
  if (built === wanted && complete) return;
  await step('compiling TypeScript', async () => {
    rmSync(stamp, { force: true });
    // The compiler trusts its own notes and would not write again what an interrupted run or a hand has removed.
    if (built === null || !complete) rmSync(join(dist, '.tsbuildinfo'), { force: true });
    removeStale(new Set(sources.map(outputOf)));
    const { ok } = await run(projectNode(), [
      'node_modules/typescript/bin/tsc',
      '--pretty',
      String(Boolean(process.stderr.isTTY)),
    ]);
    if (!ok) throw new SetupError('the TypeScript sources do not compile; the errors stand above');
    writeFileSync(stamp, wanted);
  });
}

/**
 * Brings dist-explorer/ up to date.
 * @throws SetupError after Vite's own messages
 */
export async function buildExplorer() {
  const wanted = digest([...filesUnder(explorer), join(root, 'package-lock.json')]);
  const stamp = join(distExplorer, '.sources');
  if (readStamp(stamp) === wanted) return;
  await step('building the web page', async () => {
    rmSync(stamp, { force: true });
    const { ok } = await run(projectNode(), [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'src/explorer/vite.config.ts',
      '--logLevel',
      'error',
    ]);
    if (!ok) throw new SetupError("the web page could not be built; Vite's errors stand above");
    writeFileSync(stamp, wanted);
  });
}

function isCompiled(path) {
  return path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.startsWith(explorer);
}

function isGenerated(path) {
  return clients.some((folder) => path.startsWith(join(folder, 'generated')));
}

function outputOf(path) {
  return join(dist, relative(root, path)).replace(/\.ts$/, '.js');
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function digest(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  return hash.digest('hex');
}

function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** A deleted test would still be found, and a deleted module imported, as long as its output lies there. */
function removeStale(wanted) {
  mkdirSync(dist, { recursive: true });
  for (const path of filesUnder(dist))
    if (/\.js(\.map)?$/.test(path) && !wanted.has(path.replace(/\.map$/, ''))) rmSync(path);
  const folders = readdirSync(dist, { withFileTypes: true, recursive: true }).filter((entry) => entry.isDirectory());
  for (const path of folders
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .reverse())
    if (readdirSync(path).length === 0) rmdirSync(path);
}
