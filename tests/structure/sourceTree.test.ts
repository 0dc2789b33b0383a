import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faults } from './rules.js';
import { parseSource, readSources } from './sourceFile.js';

const root = resolve(import.meta.dirname, '..', '..');

/** Faults of a tree made of texts by path. */
function faultsOf(tree: Record<string, string>): string[] {
  return faults(Object.entries(tree).map(([path, text]) => parseSource(path, text)));
}

describe('the source tree', () => {
  const files = readSources(root, ['src', 'workers']);

  test('keeps every rule', () => {
    expect(faults(files)).toEqual([]);
  });

  test('is read whole: every relative import leads to a file of it', () => {
    const known = new Set(files.map(({ path }) => path));
    const lost = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ isPackage, target }) => !isPackage && /\.tsx?$/.test(target) && !known.has(target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(lost).toEqual([]);
    expect(files.length).toBeGreaterThan(50);
  });
});

describe('the rules', () => {
  test('accept what follows the direction of data', () => {
    expect(
      faultsOf({
        'src/domain/star.ts': 'export interface Star { id: string }',
        'src/storage/star.ts': `import type { Star } from '../domain/star.js'; import type { Environment } from '../config.js'; import pg from 'pg';`,
        'src/api/star/resolver.ts': `import { loadStars } from '../../storage/star.js'; import type { Compute } from '../../compute/compute.js'; import type { Intake } from '../../intake/intake.js';`,
        'src/config.ts': 'export const home = process.env.HOME;',
        'src/cli.ts': `import { command } from './commands/serve.js'; const { serve } = await import('./server.js');`,
        'src/compute/child.ts': `process.env.TF_CPP_MIN_LOG_LEVEL = '3';`,
      }),
    ).toEqual([]);
  });

  test.each([
    ['domain to storage', 'src/domain/star.ts', `import { rows } from '../storage/star.js';`],
    ['formats to science', 'src/formats/fits/header.ts', `import { basis } from '../../science/basis/basis.js';`],
    [
      'science to storage, as a type',
      'src/science/basis/basis.ts',
      `import type { Database } from '../../storage/database.js';`,
    ],
    ['storage to compute', 'src/storage/model.ts', `export { startCompute } from '../compute/pool.js';`],
    [
      'storage to the values of the configuration',
      'src/storage/archive.ts',
      `import { readConfig } from '../config.js';`,
    ],
    [
      'compute to storage, dynamically',
      'src/compute/pool.ts',
      `const { loadModel } = await import('../storage/model.js');`,
    ],
    ['intake to storage', 'src/intake/reader.ts', `import { rows } from '../storage/star.js';`],
    ['api to the processes of the intake', 'src/api/http.ts', `import { startIntake } from '../intake/start.js';`],
    ['api to the pool behind the interface', 'src/api/http.ts', `import { startCompute } from '../compute/pool.js';`],
    ['api to science, inside a type', 'src/api/http.ts', `type Basis = import('../science/basis/basis.js').Basis;`],
    ['workers to api', 'workers/tasks/encode.ts', `import { startApi } from '../../src/api/http.js';`],
    ['the explorer to the domain', 'src/explorer/main.tsx', `import { starId } from '../domain/star.js';`],
    ['a layer to a composition', 'src/storage/archive.ts', `import { demo } from '../commands/demo.js';`],
    ['a command to the command line', 'src/commands/demo.ts', `import { main } from '../cli.js';`],
    ['the command line to the server at once', 'src/cli.ts', `import { serve } from './server.js';`],
    ['TensorFlow outside science and compute', 'workers/tasks/train.ts', `import * as tf from '@tensorflow/tfjs';`],
    ['Postgres outside storage', 'src/api/http.ts', `import type { Pool } from 'pg';`],
    ['Apollo outside the API', 'src/server.ts', `import { ApolloServer } from '@apollo/server';`],
  ])('refuse %s', (_, path, text) => {
    expect(faultsOf({ [path]: text })).toHaveLength(1);
  });

  test.each([
    'const data = process.env.STARKIN_DATA;',
    'const { HOME } = process.env;',
    'if (process.env.NODE_ENV === "production") stop();',
    'const child = fork("child.js", { env: { ...process.env } });',
  ])('refuse to read the environment in a layer: %s', (text) => {
    expect(faultsOf({ 'src/storage/archive.ts': text })).toEqual(['src/storage/archive.ts reads process.env']);
  });

  test('refuse a cycle of any length, also through types', () => {
    expect(
      faultsOf({
        'src/domain/a.ts': `import './b.js';`,
        'src/domain/b.ts': `import './c.js';`,
        'src/domain/c.ts': `import type { A } from './a.js';`,
      }),
    ).toEqual(['import cycle: src/domain/a.ts -> src/domain/b.ts -> src/domain/c.ts -> src/domain/a.ts']);
  });

  test('refuse drawers and files that are too long', () => {
    expect(
      faultsOf({ 'src/science/utils.ts': '', 'src/api/helpers/text.ts': '', 'src/domain/star.ts': '\n'.repeat(401) }),
    ).toHaveLength(3);
    expect(faultsOf({ 'src/domain/commonAncestor.ts': '\n'.repeat(400) })).toEqual([]);
  });
});
