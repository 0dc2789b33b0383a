import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { ExportTable } from '../../src/archive/export/exportTable.js';
import { writeTable } from '../../src/archive/export/table.js';
import { silent } from '../../src/domain/progress.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const ROWS = 200_000;
const BATCH = 5000;

/** A table of many rows that is made as it is read. */
const table: ExportTable = {
  description: {
    name: 'generated',
    description: 'rows that nobody holds',
    columns: [
      { name: 'id', type: 'text', size: 12, description: 'a name' },
      { name: 'value', type: 'double', description: 'a number' },
      { name: 'vector', type: 'floats', size: 20, description: 'a list' },
    ],
    rows: ROWS,
    facts: {},
  },
  async *rows() {
    for (let start = 0; start < ROWS; start += BATCH)
      yield Array.from({ length: BATCH }, (_, i) => [
        `star-${start + i}`,
        Math.sin(start + i),
        new Float32Array(20).fill(i),
      ]);
  },
};

test.each(['parquet', 'votable', 'fits', 'csv'] as const)(
  '%s is written in memory that does not grow with the rows',
  async (format) => {
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
    expect(bytes).toBeGreaterThan(5e6);
    expect(held.length).toBeGreaterThan(8);
    // One to three batches of 3.7 MB are in hand, whenever one looks; half of the rows would be 74 MB.
    const half = held.length >> 1;
    expect(Math.min(...held.slice(half)) - Math.min(...held.slice(0, half))).toBeLessThan(12e6);
  },
);
