import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { formats, recogniseFormat } from '../../src/formats/registry.js';
import { snippets } from '../snippets.js';
import { collect } from './collect.js';
import { scratchFolder } from './scratchFolder.js';

const execute = promisify(execFile);
const PACKAGES = ['pyarrow==26.0.1', 'astropy==8.0.2', 'numpy==2.4.6'];
const folder = join(process.env.STARKIN_CACHE || join(homedir(), '.cache', 'starkin'), 'python-pyarrow-26-astropy-8');
const scratch = scratchFolder();
const written = snippets('docs/formats.md').filter(({ language }) => language === 'python');

/** Into the cache of set-up, under another name and renamed: half an installation is never met. */
beforeAll(async () => {
  if (existsSync(folder)) return;
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  await execute('python3', ['-m', 'pip', 'install', '--quiet', '--target', partial, ...PACKAGES], { timeout: 150_000 });
  await rename(partial, folder).catch(() => rm(partial, { recursive: true, force: true }));
}, 160_000);

test('the document shows Python that writes the same spectra in every format it shows', async () => {
  const records = [];
  for (const { text } of written) {
    const [, name] = /"(grid\.\w+)"/.exec(text) ?? [];
    await execute('python3', ['-c', text], { cwd: scratch.path('.'), env: { ...process.env, PYTHONPATH: folder } });
    const format = await recogniseFormat(scratch.path(name));
    const read = await collect(format.read(scratch.path(name), { visits: false }));
    records.push(read.map((record) => ({ ...record, source: '' })));
  }
  expect(records).toHaveLength(2);
  expect(records[0]).toMatchObject([
    { survey: 'grid', star: { name: 'grid-1' }, normalised: true },
    {},
    { parameters: { feh: null } },
  ]);
  expect(records[1]).toEqual(records[0]);
});

test('the document names every format', () => {
  const text = readFileSync(join(projectRoot, 'docs/formats.md'), 'utf8');
  const named = [...text.matchAll(/^\| `([a-z0-9-]+)` \| /gm)].map(([, name]) => name);
  expect(named.filter((name) => name !== 'id' && name !== 'twin' && name !== 'wavelength')).toEqual(
    formats.map(({ name }) => name),
  );
});
