import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../src/config.js';
import { type Outcome, prepareAll } from '../../../workers/preparation/lanes.js';
import type { Part } from '../../../workers/preparation/part.js';

const folder = fileURLToPath(new URL('../../fixtures/apogee/', import.meta.url));
const giant: Part = { file: `${folder}apStar-dr17-2M17335483-2753043.fits`, format: 'apogee', rows: null };
const dwarf: Part = { file: `${folder}apStar-dr17-2M19485057+5005279.fits`, format: 'apogee', rows: null };
const missing: Part = { file: `${folder}absent.fits`, format: 'apogee', rows: null };
const options = { settings: defaultSettings(), visits: true };
const nothingStored = async (heads: readonly unknown[]) => heads.map(() => false);

async function prepare(
  parts: readonly Part[],
  lanes: number,
  signal = new AbortController().signal,
): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for await (const outcomes of prepareAll(parts, options, lanes, nothingStored, signal)) all.push(...outcomes);
  return all;
}

/** Bytes as text: a Buffer comes out of a thread as a plain array. */
function plain(outcome: Outcome): unknown {
  if (outcome.kind !== 'prepared') return outcome;
  const { encoded, continuum } = outcome.prepared;
  const bytes = [encoded.flux, encoded.ivar, encoded.mask].map((each) => Buffer.from(each).toString('hex'));
  return { ...outcome, prepared: { ...encoded, flux: bytes[0], ivar: bytes[1], mask: bytes[2], continuum } };
}

describe('preparing parts in lanes', () => {
  test('yields the same in the same order, however many there are', async () => {
    const parts = [giant, missing, dwarf, giant, dwarf, dwarf];
    const alone = await prepare(parts, 1);
    expect(alone.map(({ kind }) => kind)).toEqual([
      ...new Array(4).fill('prepared'),
      'refused',
      ...new Array(1 + 4 + 1 + 1).fill('prepared'),
    ]);
    expect((await prepare(parts, 3)).map(plain)).toEqual(alone.map(plain));
  });

  test('prepares nothing that is stored', async () => {
    const outcomes: Outcome[] = [];
    for await (const some of prepareAll(
      [giant],
      options,
      2,
      async (heads) => heads.map(({ visit }) => visit === 0),
      new AbortController().signal,
    ))
      outcomes.push(...some);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['known', 'prepared', 'prepared', 'prepared']);
  });

  test.each([1, 2])('ends with the reason when it is stopped, with %i lanes', async (lanes) => {
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _ of prepareAll(new Array<Part>(40).fill(giant), options, lanes, nothingStored, abort.signal))
        abort.abort(new Error('enough'));
    })();
    await expect(reading).rejects.toThrow('enough');
  });

  test.each([1, 2])('ends when nobody takes any more, and can begin again, with %i lanes', async (lanes) => {
    for await (const [first] of prepareAll(
      [giant, dwarf, giant],
      options,
      lanes,
      nothingStored,
      new AbortController().signal,
    )) {
      expect(first.kind).toBe('prepared');
      break;
    }
    expect(await prepare([dwarf, dwarf], lanes)).toHaveLength(2);
  });

  test('passes a defect on', async () => {
    const parts: Part[] = [giant, { ...dwarf, format: 'none' }];
    await expect(prepare(parts, 2)).rejects.toThrow(/format/);
  });
});
