import { expect, test } from 'vitest';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import type { StoredVersion } from '../../src/storage/storedVersion.js';
import { changed, placeSpectrum, versionOf, visitsBeside } from '../../workers/placement.js';
import type { RecordHead } from '../../workers/preparation/part.js';
import { fc } from '../properties.js';

interface Given {
  readonly telescope?: string;
  readonly reduction?: string;
  readonly snr?: number;
  readonly visit?: number;
  readonly checksum?: string;
  /** That of another one of the star, where it is the same file. */
  readonly source?: string;
}

function head({ telescope, reduction, snr = 100, visit = 0, checksum, source }: Given): RecordHead {
  return {
    survey: 'apogee',
    star: { name: 'star', aliases: {}, ra: null, dec: null },
    visit,
    grid: apogeeGrid,
    normalised: false,
    snr,
    parameters: null,
    source: source ?? `/data/${telescope} ${reduction} ${checksum}.fits`,
    checksum: checksum ?? `${telescope} ${reduction} ${visit}`,
    unusablePixels: 0,
    properties: { ...(telescope ? { telescope } : {}), ...(reduction ? { reduction } : {}) },
    truth: null,
  };
}

const as = { release: 'dr', revise: false };

/** What is stored after all of them, one after the other. */
function storeAll(heads: readonly RecordHead[], start: readonly StoredVersion[] = []): StoredVersion[] {
  let stored = [...start];
  for (const each of heads) {
    const placed = placeSpectrum(stored, each, as);
    if (placed.kind === 'store') stored = [...changed(stored, placed.changes), versionOf(each, placed.visit)];
  }
  return stored;
}

const byVisit = (stored: readonly StoredVersion[]) =>
  Object.fromEntries(stored.map(({ visit, checksum }) => [visit, checksum]));
const beside = visitsBeside('lco25m');

test('of two observatories the better spectrum is searched, and the other kept beside it', () => {
  const [apo, lco] = [head({ telescope: 'apo25m', snr: 80 }), head({ telescope: 'lco25m', snr: 120 })];
  const expected = { 0: lco.checksum, [visitsBeside('apo25m')]: apo.checksum };
  expect(byVisit(storeAll([apo, lco]))).toEqual(expected);
  expect(byVisit(storeAll([lco, apo]))).toEqual(expected);
});

test('visits stay with the combination of their telescope', () => {
  const apo = [0, 1, 2].map((visit) => head({ telescope: 'apo25m', snr: 120, visit }));
  const lco = [0, 1].map((visit) => head({ telescope: 'lco25m', snr: 80, visit }));
  const stored = byVisit(storeAll([...lco, ...apo]));
  expect(Object.keys(stored).map(Number)).toEqual([0, 1, 2, beside, beside + 1]);
  expect(stored[beside + 1]).toBe(lco[1].checksum);
});

test('the newer of two reductions stands, with its own visits alone', () => {
  const older = [0, 1, 2, 3].map((visit) => head({ telescope: 'apo25m', reduction: 'dr16', visit }));
  const newer = [0, 1].map((visit) => head({ telescope: 'apo25m', reduction: 'dr17', visit }));
  const expected = { 0: newer[0].checksum, 1: newer[1].checksum };
  expect(byVisit(storeAll([...older, ...newer]))).toEqual(expected);
  expect(byVisit(storeAll([...newer, ...older]))).toEqual(expected);
  expect(placeSpectrum(storeAll(newer), older[0], as)).toEqual({ kind: 'superseded', by: 'dr17' });
});

test('what is published never changes', () => {
  const published = (given: Given): StoredVersion => ({ ...versionOf(head(given), 0), published: true });
  const better = head({ telescope: 'lco25m', snr: 500 });
  expect(byVisit(storeAll([better], [published({ telescope: 'apo25m', checksum: 'old' })]))).toEqual({
    0: 'old',
    [beside]: better.checksum,
  });
  const newer = head({ telescope: 'apo25m', reduction: 'dr17' });
  expect(() => placeSpectrum([published({ telescope: 'apo25m', reduction: 'dr16' })], newer, as)).toThrow(
    /is in release "dr".*reduction dr16, this one dr17/,
  );
});

test('the same reduction with other content is a conflict, and so are two that cannot be ordered', () => {
  const stored = storeAll([head({ reduction: 'dr17', checksum: 'a' })]);
  expect(() => placeSpectrum(stored, head({ reduction: 'dr17', checksum: 'b' }), as)).toThrow(/sha256/);
  expect(() => placeSpectrum(stored, head({ reduction: 'daily', checksum: 'b' }), as)).toThrow(/sha256/);
  expect(() => placeSpectrum(stored, head({ checksum: 'b' }), as)).toThrow(/sha256/);
});

test('a file that comes again with other content stands in the place of what it held, its visits too', () => {
  const file = (content: string, visits: number, more: Given = {}) =>
    Array.from({ length: 1 + visits }, (_, visit) => {
      const source = visit ? `/in/star.fits (visit ${visit})` : '/in/star.fits';
      return head({ telescope: 'apo25m', reduction: 'dr17', visit, checksum: content, source, ...more });
    });
  const former = storeAll(file('old', 3));
  expect(byVisit(storeAll(file('new', 1), former))).toEqual({ 0: 'new', 1: 'new' });
  expect(byVisit(storeAll(file('old', 3), storeAll(file('new', 1), former)))).toEqual(byVisit(former));
  const published = former.map((version) => ({ ...version, published: true }));
  const [combined, visit] = file('new', 1);
  expect(placeSpectrum(published, combined, as)).toEqual({
    kind: 'store',
    visit: 0,
    changes: [0, 1, 2, 3].map((visit) => ({ kind: 'retire', visit })),
  });
  expect(placeSpectrum(published, visit, as)).toMatchObject({ changes: [{ kind: 'retire', visit: 1 }] });
  const [older] = file('older', 0, { reduction: 'dr16' });
  expect(placeSpectrum(published, older, as)).toEqual({ kind: 'superseded', by: 'dr17' });
});

test('what comes from another file stands in the place of what is there when that is asked for', () => {
  const published = [{ ...versionOf(head({ reduction: 'dr17', checksum: 'a' }), 0), published: true }];
  for (const reduction of ['dr16', 'dr17', 'dr18', 'daily'])
    expect(placeSpectrum(published, head({ reduction, checksum: 'b' }), { ...as, revise: true })).toEqual({
      kind: 'store',
      visit: 0,
      changes: [{ kind: 'retire', visit: 0 }],
    });
});

test('the same spectrum again is known, wherever it stands', () => {
  const heads = [head({ telescope: 'apo25m', snr: 50 }), head({ telescope: 'lco25m', snr: 90 })];
  const stored = storeAll(heads);
  for (const each of heads) expect(placeSpectrum(stored, each, as)).toEqual({ kind: 'known' });
});

test('files in any order leave the same behind', () => {
  const file = fc.record({
    telescope: fc.constantFrom('apo25m', 'lco25m', 'apo1m'),
    reduction: fc.constantFrom('dr16', 'dr17', '1.3'),
    snr: fc.integer({ min: 10, max: 13 }),
    visits: fc.integer({ min: 0, max: 3 }),
  });
  const files = fc.uniqueArray(file, { selector: (f) => `${f.telescope} ${f.reduction}`, maxLength: 6 });
  const shuffled = files.chain((given) =>
    fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
  );
  const heads = (given: typeof shuffled extends fc.Arbitrary<[infer T, unknown]> ? T : never) =>
    given.flatMap((f) => Array.from({ length: 1 + f.visits }, (_, visit) => head({ ...f, visit })));
  fc.assert(
    fc.property(shuffled, ([given, otherwise]) => {
      expect(byVisit(storeAll(heads(otherwise)))).toEqual(byVisit(storeAll(heads(given))));
      // Read again, nothing changes.
      expect(byVisit(storeAll(heads(given), storeAll(heads(otherwise))))).toEqual(byVisit(storeAll(heads(given))));
    }),
    { numRuns: 300 },
  );
});
