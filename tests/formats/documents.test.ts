import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { formats, recogniseFormat } from '../../src/formats/registry.js';
import { pythonTest, runPython } from '../python/python.js';
import { snippets } from '../snippets.js';
import { collect } from './collect.js';
import { scratchFolder } from './scratchFolder.js';

const scratch = scratchFolder();
const written = snippets('docs/formats.md').filter(({ language }) => language === 'python');

pythonTest('the document shows Python that writes the same spectra in every format it shows', async () => {
  const records = [];
  for (const { text } of written) {
    const [, name] = /"(grid\.\w+)"/.exec(text) ?? [];
    await runPython(`import os; os.chdir(os.environ["FOLDER"])\n${text}`, { FOLDER: scratch.path('.') });
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
  const datasets = ['id', 'twin', 'group', 'wavelength'];
  expect(named.filter((name) => !datasets.includes(name))).toEqual(formats.map(({ name }) => name));
});
