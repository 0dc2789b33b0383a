#!/usr/bin/env node
/**
 * Set-up: what every npm script runs first. It installs the dependencies, the native TensorFlow library and the compiled sources, each only when it
 * is stale, and prints on stderr alone. With nothing to do it takes about a tenth of a second and prints nothing.
 *
 *     node deploy/setup.mjs            as prestart, pretest, …
 *     node deploy/setup.mjs --retry    as `npm run setup`: tries the native TensorFlow again where it failed before
 *
 * It runs on the system's Node before node_modules exists: it and its siblings import nothing but node:*. This file stays readable for
 * old versions of Node, so that they reach the message instead of a syntax error.
 */
const required = [20, 19];
const found = process.versions.node.split('.').map(Number);

if (found[0] < required[0] || (found[0] === required[0] && found[1] < required[1])) {
  console.error(
    `setup: Node ${process.versions.node} is too old: Starkin needs ${required.join('.')} or later.\n` +
      'setup: Install it from https://nodejs.org/en/download or by your package manager, then run the command again.',
  );
  process.exit(1);
}

import('./setupSteps.mjs')
  .then(({ setUp }) => setUp({ retry: process.argv.includes('--retry') }))
  .then((code) => {
    process.exitCode = code;
  });
