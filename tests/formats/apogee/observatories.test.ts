import { expect, test } from 'vitest';
import { apogee } from '../../../src/formats/apogee/format.js';
import { collect } from '../collect.js';
import { scratchFolder } from '../scratchFolder.js';
import { type ApStarOptions, apStar } from '../sdssFiles.js';

const scratch = scratchFolder();

function read(options: ApStarOptions, visits = false) {
  return collect(apogee.read(scratch.write('star.fits', apStar(options)), { visits }));
}

test.each([
  [{ prefix: 'apVisit' }, 'apo25m', 'dr17'],
  [{ prefix: 'asVisit' }, 'lco25m', 'dr17'],
  [{ cards: [['TELESCOP', 'apo1m']] }, 'apo1m', 'dr17'],
  [
    {
      reduction: '1.3',
      cards: [
        ['TELESCOP', 'lco25m'],
        ['APRED', '1.3'],
      ],
    },
    'lco25m',
    '1.3',
  ],
] as const)('telescope and reduction are read from %j', async (options, telescope, reduction) => {
  const [record] = await read(options as ApStarOptions);
  expect(record.properties).toMatchObject({ telescope, reduction });
});

test('a visit whose file was missing has an empty row: it is not read, and told by number and file', async () => {
  const records = await read({ nvisits: 3, empty: [2] }, true);
  expect(records.map(({ visit }) => visit)).toEqual([0, 1, 3]);
  expect(records[0].notes).toEqual(['visit 2 of 3 (apVisit-dr17-5815-56397-212.fits) has no spectrum in the file']);
});

test('visits that the header counts and the file has no rows for are told, asked for or not', async () => {
  const [record] = await read({ nvisits: 4, rows: 2 });
  expect(record.notes).toHaveLength(2);
  expect(record.notes?.[0]).toMatch(/^visit 3 of 4/);
});

test('a whole file has nothing to tell', async () => {
  for (const visits of [false, true]) expect((await read({ nvisits: 2 }, visits))[0].notes).toEqual([]);
  expect((await read({ nvisits: 1 }, true))[0].notes).toEqual([]);
});
