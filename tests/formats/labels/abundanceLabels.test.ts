import { expect, test } from 'vitest';
import { type AbundanceLabel, readAbundanceLabels } from '../../../src/formats/labels/abundanceLabels.js';
import { collect } from '../collect.js';
import { scratchFolder } from '../scratchFolder.js';

const folder = scratchFolder();

async function read(text: string, ...options: [Record<string, string>?, Record<string, string>?]) {
  const path = folder.write('labels.csv', text);
  return (await collect(readAbundanceLabels(path, ...options))).flat() as AbundanceLabel[];
}

test('abundances are found by the names that surveys use, [X/H] made [X/Fe]', async () => {
  const allStar = await read('APOGEE_ID,FE_H,MG_FE,NI_FE\n2M1,-0.5,0.2,0.01\n');
  expect(allStar).toEqual([{ id: '2M1', abundances: { Fe: -0.5, Mg: 0.2, Ni: 0.01 }, flagged: 0, impossible: [] }]);
  const astra = await read('sdss_id\tfe_h\tmg_h\n7\t-0.5\t-0.25\n8\t\t-0.25\n');
  expect(astra[0]).toMatchObject({ id: '7', abundances: { Fe: -0.5, Mg: 0.25 } });
  // Without [Fe/H] there is no [Mg/Fe].
  expect(astra[1].abundances).toEqual({});
  const named = await read('star,M,A\nx,0.1,0.2\n', {}, { Fe: 'M', Mg: 'a' });
  expect(named[0].abundances).toEqual({ Fe: 0.1, Mg: 0.2 });
});

test('what a survey does not know is left out: -9999, +9999.99, NaN, an empty field', async () => {
  const rows = await read('id,fe_h,mg_fe\na,-9999,0.1\nb,9999.99,0.1\nc,NaN,0.1\nd,,0.1\n');
  for (const { abundances, impossible } of rows) {
    expect(abundances).toEqual({ Mg: 0.1 });
    expect(impossible).toEqual([]);
  }
});

test('what no star can have is named with what was expected', async () => {
  const [percent, logarithm, cool] = await read('id,teff,fe_h,mg_fe\na,4500,150,0.1\nb,4500,0,7.6\nc,4.5,0,0\n');
  expect(percent).toMatchObject({
    abundances: { Mg: 0.1 },
    impossible: ['Fe (fe_h): expected -7 to 2 dex, found 150'],
  });
  expect(logarithm.impossible).toEqual(['Mg (mg_fe): expected -4 to 4 dex, found 7.6']);
  expect(cool).toMatchObject({
    abundances: {},
    impossible: [expect.stringMatching(/^teff: expected 100 .*found 4.5/)],
  });
});

test("a survey's flags are respected, of a value and of a star", async () => {
  const rows = await read(
    'id,fe_h,mg_fe,mg_fe_flag,aspcapflag\na,0,0.1,0,0\nb,0,0.1,2,0\nc,0,0.1,0,8388608\nd,0,0.1,0,8\n',
  );
  expect(rows.map(({ abundances, flagged }) => [Object.keys(abundances).length, flagged])).toEqual([
    [2, 0],
    [1, 1],
    [0, 2],
    [2, 0],
  ]);
  const [galah] = await read('sobject_id,fe_h,mg_fe,flag_sp\n1,0,0.1,1\n');
  expect(galah).toMatchObject({ abundances: {}, flagged: 2 });
});

test('a table without abundances, or without a column that the configuration names, is refused with what it has', async () => {
  await expect(read('id,teff\na,4500\n')).rejects.toThrow(
    /expected an id and abundances such as FE_H .*found id, teff/,
  );
  await expect(read('id,fe_h\na,0\n', {}, { Mg: 'MAGNESIUM' })).rejects.toThrow(
    /the column "MAGNESIUM", which the configuration names for Mg/,
  );
});
