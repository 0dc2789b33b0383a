import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { ExportTable } from '../../src/archive/export/exportTable.js';
import { writeTable } from '../../src/archive/export/table.js';
import { silent } from '../../src/domain/progress.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Tables of many rows that are made as they are read: short lists, and some as long as spectra. */
const tables: Readonly<Record<'latents' | 'spectra', ExportTable>> = {
  latents: generated({ rows: 200_000, batch: 5000, length: 20 }),
  spectra: generated({ rows: 1000, batch: 20, length: 8575 }),
};

function generated({ rows, batch, length }: { rows: number; batch: number; length: number }): ExportTable {
  return {
    description: {
      name: 'generated',
      description: 'rows that nobody holds',
      columns: [
        { name: 'id', type: 'text', size: 12, description: 'a name' },
        { name: 'value', type: 'double', description: 'a number' },
        { name: 'vector', type: 'floats', size: length, description: 'a list' },
      ],
      rows,
      facts: {},
    },
    async *rows() {
      for (let start = 0; start < rows; start += batch)
        yield Array.from({ length: batch }, (_, i) => [
          `star-${start + i}`,
          Math.sin(start + i),
          new Float32Array(length).fill(i),
        ]);
    },
  };
}

test.each([
  ...(['parquet', 'votable', 'fits', 'csv'] as const).map((format) => ['latents', format] as const),
  ...(['parquet', 'votable', 'fits'] as const).map((format) => ['spectra', format] as const),
])('%s as %s are written in memory that does not grow with the rows', async (what, format) => {
  const table = tables[what];
  const quiet = { report: silent, signal: new AbortController().signal };
  // What is compiled and loaded on the first use is no row.
  await writeTable(table, format, async () => {}, quiet);
  const held: number[] = [];
  let bytes = 0;
  let batches = 0;
  await writeTable(
    table,
    format,
    async (chunk) => {
      bytes += chunk.length;
      if (++batches % 2 !== 0) return;
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      held.push(heapUsed + arrayBuffers);
    },
    quiet,
  );
  expect(bytes).toBeGreaterThan(1e6);
  expect(held.length).toBeGreaterThan(8);
  // One to three batches of 3.7 MB are in hand, whenever one looks, or a row group; half of the rows would be 74 MB of latents, 17 of spectra.
  const half = held.length >> 1;
  expect(Math.min(...held.slice(half)) - Math.min(...held.slice(0, half))).toBeLessThan(12e6);
});
