#!/usr/bin/env node
/**
 * The command `starkin`: goes over to the Node that the project brings (24, in node_modules), where it was started by another, and hands over to the
 * compiled command line. Runs on every Node from 20.19.
 */
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const script = fileURLToPath(import.meta.url);
const root = resolve(script, '..', '..');
const commandLine = join(root, 'dist', 'src', 'cli.js');
const project = join(root, 'node_modules', '.bin', 'node');
const node = existsSync(project) ? project : process.execPath;
/** Rows are garbage made faster than V8 cares to collect it: 150,000 latents as Parquet peak at 141 MB instead of 250 (resident) where its old generation may grow by a fifth before that, and a million stars as CSV at 259 instead of 307 with a young one of 2 x 8 MB, not 32. */
const options = process.argv[2] === 'export' ? ['--max-semi-space-size=8', '--heap-growing-percent=20'] : [];

// Until the command line is loaded, half a second to several on a busy machine, nobody else would say a word. From then on src/control/stopSignal.ts does.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, beforeAll);

// TensorFlow's C++ side greets with its build flags; 2 leaves its errors. The compute processes inherit it.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';

if (!existsSync(commandLine) || !existsSync(join(root, 'node_modules'))) {
  console.error(
    `starkin: ${root} is not set up: ${existsSync(commandLine) ? 'node_modules' : 'dist/src/cli.js'} is missing.\nRemedy: npm run setup`,
  );
  process.exit(2);
}

const settled = options.every((option) => process.execArgv.includes(option));
if (!settled || realpathSync(node) !== realpathSync(process.execPath)) becomeProjectNode();
else {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(commandLine).href);
}

function beforeAll() {
  console.error('interrupted before it began: nothing was done');
  process.exit(128 + constants.signals.SIGINT);
}

function becomeProjectNode() {
  const args = [...options, script, ...process.argv.slice(2)];
  // Replaces this process, so that signals and the exit code need no help; Node has it since 22.15.
  if (process.execve) process.execve(node, [node, ...args], process.env);
  const child = spawn(node, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both; a second one would tell the server to stop waiting for its work.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
    process.off(signal, beforeAll);
  }
  child.on('error', (error) => {
    console.error(`starkin: ${node} cannot be run: ${error.message}\nRemedy: npm run setup`);
    process.exit(2);
  });
  child.on('close', (code, signal) => {
    // Once it listens to these it is not ended by them.
    if (signal === 'SIGINT' || signal === 'SIGTERM') beforeAll();
    process.exit(signal ? 128 + constants.signals[signal] : (code ?? 2));
  });
}
