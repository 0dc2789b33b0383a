import { expect, test } from 'vitest';
import { FitsFile } from '../../../src/formats/fits/fitsFile.js';
import { BinaryTable } from '../../../src/formats/fits/table.js';
import { scratchFolder } from '../scratchFolder.js';
import { bigEndian, bigEndian64, type Cards, primary, table } from './fitsBytes.js';

const scratch = scratchFolder();

async function withTable<T>(hdu: Buffer, use: (table: BinaryTable) => Promise<T>): Promise<T> {
  const file = await FitsFile.open(scratch.write('table.fits', Buffer.concat([primary(), hdu])));
  try {
    return await use(BinaryTable.of(file, file.hdus[1]));
  } finally {
    await file.close();
  }
}

test('reads every type of column', async () => {
  const row = (n: number) =>
    Buffer.concat([
      Buffer.from([n === 0 ? 0x54 : 0x46, n === 0 ? 0 : 0x54]),
      Buffer.from([n]),
      bigEndian('Int16', [-n, n]),
      bigEndian('Int32', [70000 + n]),
      bigEndian64([2n ** 60n + BigInt(n)]),
      bigEndian('Float', [n + 0.5]),
      bigEndian('Double', [n + 0.1, n + 0.2]),
      Buffer.from(n === 0 ? 'abc\0\0' : 'de   ', 'latin1'),
    ]);
  const columns = [
    ['l', '2L'],
    ['b', 'B'],
    ['i', '2I'],
    ['j', 'J'],
    ['k', 'K'],
    ['e', 'E'],
    ['d', '2D'],
    ['a', '5A'],
  ] as const;
  await withTable(table(columns, [row(0), row(1)]), async (t) => {
    expect(t.rows).toBe(2);
    expect(t.names).toEqual(['l', 'b', 'i', 'j', 'k', 'e', 'd', 'a']);
    expect(await t.read('l')).toEqual([true, null, false, true]);
    expect([...(await t.read('B'))]).toEqual([0, 1]);
    expect([...(await t.read('i'))]).toEqual([-0, 0, -1, 1].map((v) => v + 0));
    expect([...(await t.read('j'))]).toEqual([70000, 70001]);
    expect([...(await t.read('k'))]).toEqual([2n ** 60n, 2n ** 60n + 1n]);
    expect([...(await t.read('e'))]).toEqual([0.5, 1.5]);
    expect([...(await t.read('d', 1, 1))]).toEqual([1.1, 1.2]);
    expect(await t.read('a')).toEqual(['abc', 'de']);
  });
});

test('applies TSCALn, TZEROn and TNULLn', async () => {
  const extra: Cards = [
    ['TSCAL1', 0.1],
    ['TZERO1', 5],
    ['TNULL1', -99],
    ['TZERO2', 32768],
  ];
  const rows = [10, -99].map((v) => bigEndian('Int16', [v, v]));
  await withTable(
    table(
      [
        ['scaled', 'I'],
        ['unsigned', 'I'],
      ],
      rows,
      extra,
    ),
    async (t) => {
      expect([...(await t.read('scaled'))]).toEqual([6, NaN]);
      expect([...(await t.read('unsigned'))]).toEqual([32778, 32669]);
    },
  );
});

test.each(['1PE(3)', '1QD(3)'])(
  'refuses the variable-length array %s, but reads the columns beside it',
  async (form) => {
    const rows = [Buffer.concat([Buffer.alloc(form.includes('P') ? 8 : 16), bigEndian('Int32', [42])])];
    await withTable(
      table(
        [
          ['array', form],
          ['plain', 'J'],
        ],
        rows,
      ),
      async (t) => {
        await expect(t.read('array')).rejects.toThrow(
          /HDU 1, column array: expected .* fixed length, found type [PQ]: a variable-length array/,
        );
        expect([...(await t.read('plain'))]).toEqual([42]);
      },
    );
  },
);

test('names a column or format that makes no sense', async () => {
  await withTable(table([['a', 'J']], [bigEndian('Int32', [1])]), async (t) => {
    await expect(t.read('b')).rejects.toThrow(/column b: expected one of the columns a, found no such column/);
    await expect(t.read('a', 0, 2)).rejects.toThrow(/1 rows/);
  });
  await expect(withTable(table([['a', '7Z']], [Buffer.alloc(7)]), async () => {})).rejects.toThrow(/HDU 1, TFORM1.*7Z/);
  await expect(withTable(table([['a', 'J']], [Buffer.alloc(7)]), async () => {})).rejects.toThrow(
    /fill the 7 bytes of a row, found 4 bytes/,
  );
});
