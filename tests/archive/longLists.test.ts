import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { Binary2 } from '../../src/archive/table/binary2.js';
import type { Column, Row, TableDescription, TableFormat } from '../../src/archive/table/column.js';
import { parquet } from '../../src/archive/table/parquet.js';
import { votable } from '../../src/archive/table/votable.js';

const PIXELS = 8575;
const ROWS = 70;
const BATCH = 10;
const columns: readonly Column[] = [
  { name: 'id', type: 'text', size: 8, description: 'a name' },
  { name: 'flux', type: 'floats', size: PIXELS, description: 'a list' },
  { name: 'mask', type: 'masks', size: PIXELS, description: 'bits' },
];
/** Lists as long as spectra; every seventh row has none. */
const rows: readonly Row[] = Array.from({ length: ROWS }, (_, row) => [
  `étoile ${row}`,
  row % 7 === 3 ? null : Float32Array.from({ length: PIXELS }, (_, i) => (i === row ? Number.NaN : row + i / PIXELS)),
  Uint32Array.from({ length: PIXELS }, (_, i) => (i % 100 === row ? 2 ** 31 + row : 0)),
]);

/** The file, from batches whose arrays are overwritten once they are written. */
async function written(format: TableFormat): Promise<Buffer> {
  const table: TableDescription = { name: 'lists', description: 'long ones', columns, rows: ROWS, facts: {} };
  const parts: Buffer[] = [];
  const writer = await format.open(table, async (bytes) => void parts.push(Buffer.from(bytes)));
  for (let at = 0; at < ROWS; at += BATCH) {
    const batch = rows.slice(at, at + BATCH).map(([id, flux, mask]): Row => [id, copyOf(flux), copyOf(mask)]);
    await writer.write(batch);
    for (const cell of batch.flat()) if (ArrayBuffer.isView(cell)) (cell as unknown as Float32Array).fill(7);
  }
  await writer.end();
  return Buffer.concat(parts);
}

function copyOf(cell: Row[number]): Row[number] {
  return cell instanceof Float32Array || cell instanceof Uint32Array ? cell.slice() : cell;
}

test('lists of many row groups come back from Parquet as they were', async () => {
  const bytes = await written(parquet);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const { row_groups: groups } = parquetMetadata(file);
  expect(groups.map(({ num_rows }) => Number(num_rows))).toEqual([60, 10]);
  const read = await parquetReadObjects({ file });
  expect(read).toHaveLength(ROWS);
  read.forEach(({ id, flux, mask }, row) => {
    const [name, numbers, bits] = rows[row];
    expect(id).toBe(name);
    expect(flux && Float32Array.from(flux)).toEqual(numbers ?? undefined);
    expect(Uint32Array.from(mask)).toEqual(bits);
  });
});

test('the lines of a VOTable are the base64 of its rows', async () => {
  const text = String(await written(votable));
  const [, stream] = /<STREAM encoding="base64">\n(.*?)<\/STREAM>/s.exec(text) ?? [];
  const lines = String(stream).trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(50);
  // Padded at its end alone: a reader takes all lines for one.
  expect(lines.slice(0, -1).join('')).not.toContain('=');
  expect(Buffer.from(lines.join(''), 'base64').equals(new Binary2(columns).encode(rows))).toBe(true);
});
