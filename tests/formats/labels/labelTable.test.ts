import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import { type Label, type LabelMapping, readLabels } from '../../../src/formats/labels/labelTable.js';
import { primary } from '../fits/fitsBytes.js';
import { openHandles, scratchFolder } from '../scratchFolder.js';
import { float, integer, long, tableOf, text } from '../sdssFiles.js';

const scratch = scratchFolder();

async function read(bytes: string | Buffer, mapping?: LabelMapping): Promise<Label[]> {
  const path = scratch.write('labels', bytes);
  const labels: Label[] = [];
  for await (const block of readLabels(path, mapping)) labels.push(...block);
  expect(openHandles(path)).toBe(0);
  return labels;
}

const star = (id: string, teff: number | null, logg: number | null, feh: number | null) => ({
  id,
  parameters: { teff, logg, feh, errors: { teff: null, logg: null, feh: null }, source: 'catalogue' },
});

test('reads CSV with quotes, comments, a byte-order mark and sentinels', async () => {
  const table = '\ufeff# a comment\r\nid,teff,logg,feh\r\n"a, ""b""",4500,2.1,-0.3\r\nc,-9999,1.5,\r\nd,,-9999,nan\r\n';
  expect(await read(table)).toEqual([star('a, "b"', 4500, 2.1, -0.3), star('c', null, 1.5, null)]);
});

test('reads values separated by tabs', async () => {
  expect(await read('id\tteff\nx\t5000\n')).toEqual([star('x', 5000, null, null)]);
});

test('reads a FITS table such as allStar, compressed or not, with errors, and leaves its vectors aside', async () => {
  const row = (name: string, teff: number) => [
    text('APOGEE_ID', name, 18),
    integer('LOCATION_ID', 4),
    float('FPARAM', 1, 2, 3),
    float('TEFF', teff),
    float('TEFF_ERR', 50),
    float('LOGG', 2),
    float('FE_H', -9999),
  ];
  const bytes = Buffer.concat([primary(), tableOf([row('2M00000001+0000001', 4000), row('2M00000002+0000002', 4100)])]);
  for (const file of [bytes, gzipSync(bytes)]) {
    const labels = await read(file);
    expect(labels.map(({ id, parameters }) => [id, parameters.teff, parameters.feh, parameters.errors.teff])).toEqual([
      ['2M00000001+0000001', 4000, null, 50],
      ['2M00000002+0000002', 4100, null, 50],
    ]);
  }
});

test('keeps all digits of 64-bit identifiers', async () => {
  const bytes = Buffer.concat([primary(), tableOf([[long('sdss_id', 9007199254740993n), float('teff', 4000)]])]);
  expect((await read(bytes))[0].id).toBe('9007199254740993');
});

test('reads Parquet', async () => {
  const columnData = [
    { name: 'star', data: ['a', 'b'], type: 'STRING' as const },
    { name: 'teff', data: [4000, null], type: 'DOUBLE' as const },
    { name: 'm_h', data: [0.1, -0.2], type: 'DOUBLE' as const },
  ];
  const labels = await read(Buffer.from(parquetWriteBuffer({ columnData })));
  expect(labels).toEqual([star('a', 4000, null, 0.1), star('b', null, null, -0.2)]);
});

test('takes the columns that the configuration names, and says which are there where one is not', async () => {
  const table = 'object,T,id,teff\nx,4321,wrong,1\n';
  expect(await read(table, { id: 'object', teff: 'T' })).toEqual([star('x', 4321, null, null)]);
  await expect(read(table, { teff: 'Teff_spec' })).rejects.toThrow(
    /columns: expected the column "Teff_spec", which the configuration names for teff, found object, T, id, teff/,
  );
});

test.each([
  ['a table without an id', 'teff,logg\n1,2\n', /expected an id and at least one of teff, logg, feh, found teff, logg/],
  ['a table without parameters', 'id,ra\na,2\n', /expected an id and at least one of teff, logg, feh/],
  ['a row of another length', 'id,teff\na,4000\nb\n', /row 1: expected 2 values, as the header has, found 1/],
  ['text', 'hello\n', /first line: expected names of columns, separated by commas or tabs, found "hello"/],
  ['an empty file', '', /found an empty file/],
])('refuses %s', async (_, bytes, message) => {
  await expect(read(bytes)).rejects.toThrow(message);
});
