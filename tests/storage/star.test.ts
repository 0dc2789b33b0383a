import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError, InputError } from '../../src/domain/errors.js';
import type { StarId } from '../../src/domain/star.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, publish, setProprietary, withdraw } from '../../src/storage/dataRelease.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { loadStars, resolveStars, storeStars } from '../../src/storage/star.js';
import type { StarFilter } from '../../src/storage/starFilter.js';
import { countStars, listStars, type StarCursor, type StarPage } from '../../src/storage/starList.js';
import { loadParameters, storeParameters } from '../../src/storage/starParameters.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { readView, type View } from '../../src/storage/view.js';
import { viewNaming } from '../namedView.js';
import { fc } from '../properties.js';
import { countStatements } from '../testArchive.js';
import { addLatents, addModel, addStars, idOf, newSpectrum, parameters, setTeff } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('stars in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  it('keep what they have, and gain what was missing, when they are stored again', async () => {
    await ensureSurvey(db, 'apogee', { simulated: false });
    const name = '4611686018427387905';
    const { id } = await ensureRelease(db, 'telling', { simulated: false });
    const identity = { name, aliases: { gaia: '1' }, ra: null, dec: null };
    expect(await storeStars(db, id, 'apogee', [identity, identity])).toEqual([`apogee:${name}`, `apogee:${name}`]);
    await publish(db, id);
    await storeStars(db, id, 'apogee', [{ name, aliases: { gaia: '2', '2mass': 'I' }, ra: 1, dec: 1 }]);
    await storeStars(db, id, 'apogee', [{ name, aliases: { '2mass': 'J' }, ra: 359.5, dec: -90 }]);
    const load = async () => loadStars(db, await readView(db), [`apogee:${name}`, 'apogee:unknown']);
    const published = { id: `apogee:${name}`, survey: 'apogee', name, simulated: false };
    expect(await load()).toEqual([{ ...published, aliases: { gaia: '1' }, ra: null, dec: null }]);
    await publish(db, id);
    const known = { ...published, aliases: { gaia: '1', '2mass': 'J' }, ra: 359.5, dec: -90 };
    expect(await load()).toEqual([known]);
    await storeStars(db, id, 'apogee', [{ name, aliases: {}, ra: 1, dec: 1 }]);
    expect(await load()).toEqual([known]);
  });

  it('are called and placed as the newest visible release has them, and a hidden one changes neither', async () => {
    const releases = [];
    for (const [i, name] of ['told-1', 'told-2', 'told-3'].entries()) {
      const release = await addStars(db, name, ['told']);
      await storeStars(db, release.id, 'tiny', [
        { name: 'told', aliases: { gaia: `g${i}`, [`only-${i}`]: 'x' }, ra: i, dec: i },
      ]);
      releases.push(release);
    }
    const load = async () => (await loadStars(db, await readView(db), [idOf('told')]))[0];
    const found = async () => [...(await resolveStars(db, await readView(db), ['g0', 'g1', 'g2'])).keys()];
    await publish(db, releases[0].id);
    expect(await load()).toMatchObject({ aliases: { gaia: 'g0', 'only-0': 'x' }, ra: 0 });
    expect(await found()).toEqual(['g0']);
    await publish(db, releases[1].id);
    expect(await load()).toMatchObject({ aliases: { gaia: 'g1', 'only-0': 'x', 'only-1': 'x' }, ra: 1 });
    expect(await found()).toEqual(['g0', 'g1']);
    await setProprietary(db, releases[2].id, true);
    await publish(db, releases[2].id);
    expect((await load()).ra).toBe(1);
    expect(await found()).toEqual(['g0', 'g1']);
  });

  it('that only a hidden release has do not keep the name of a visible one from being found', async () => {
    const open = await addStars(db, 'open', ['hidden:star']);
    await ensureSurvey(db, 'hidden', { simulated: true });
    const draft = await ensureRelease(db, 'shut', { simulated: true });
    const [starId] = await storeStars(db, draft.id, 'hidden', [{ name: 'star', aliases: {}, ra: null, dec: null }]);
    await storeSpectra(db, [{ ...(await newSpectrum(db, draft, 'x')), starId }]);
    await publish(db, open.id);
    expect(await resolveStars(db, await readView(db), [starId])).toEqual(new Map([[starId, [idOf(starId)]]]));
    expect(await resolveStars(db, await viewNaming(db, 'shut'), [starId])).toEqual(new Map([[starId, [starId]]]));
  });

  it('belong to a survey with a plain name that stays simulated or observed', async () => {
    await expect(ensureSurvey(db, 'a:b', { simulated: true })).rejects.toThrow(InputError);
    await ensureSurvey(db, 'sim', { simulated: true });
    await expect(ensureSurvey(db, 'sim', { simulated: false })).rejects.toThrow(ConflictError);
  });

  it('are found by id, name or alias once they are visible, ambiguous ones with all their ids', async () => {
    const release = await ensureRelease(db, 'finding', { simulated: true });
    for (const survey of ['one', 'two']) {
      await ensureSurvey(db, survey, { simulated: true });
      await storeStars(db, release.id, survey, [
        { name: 'both', aliases: { gaia: `${survey}-gaia`, '2mass': 'shared' }, ra: null, dec: null },
        { name: 'one:both', aliases: {}, ra: null, dec: null },
      ]);
    }
    const ids: StarId[] = ['one:both', 'two:both', 'two:one:both'];
    await storeSpectra(
      db,
      await Promise.all(ids.map(async (starId) => ({ ...(await newSpectrum(db, release, 'x')), starId }))),
    );
    const references = ['one:both', 'both', 'two-gaia', 'shared', 'one:one:both', 'nothing', "'; drop table star"];
    expect(await resolveStars(db, await readView(db), references)).toEqual(new Map());
    await publish(db, release.id);
    const statements = countStatements(db);
    expect(await resolveStars(statements, await readView(db), references)).toEqual(
      new Map([
        ['both', ['one:both', 'two:both']],
        ['one:both', ['one:both']],
        ['shared', ['one:both', 'two:both']],
        ['two-gaia', ['two:both']],
      ]),
    );
    expect(statements.statements).toHaveLength(1);
    await withdraw(db, release.id);
    expect(await resolveStars(db, await readView(db), references)).toEqual(new Map());
  });

  it('have the parameters of the newest visible release, whose published ones do not change', async () => {
    const first = await addStars(db, 'p1', ['a', 'b']);
    await setTeff(db, first, { a: 4000, b: 4100 });
    const load = async () =>
      [...(await loadParameters(db, await readView(db), [idOf('a'), idOf('b')]))].map(([id, { teff, release }]) => [
        id,
        teff,
        release,
      ]);
    expect(await load()).toEqual([]);
    await publish(db, first.id);
    expect(await load()).toEqual([
      [idOf('a'), 4000, 'p1'],
      [idOf('b'), 4100, 'p1'],
    ]);

    expect(await setTeff(db, first, { a: 4000, b: 9999 })).toEqual([idOf('b')]);
    await publish(db, first.id);
    expect(await load()).toEqual([
      [idOf('a'), 4000, 'p1'],
      [idOf('b'), 4100, 'p1'],
    ]);

    await addStars(db, 'p1', ['late', 'bare']);
    await publish(db, first.id);
    expect(await setTeff(db, first, { bare: 4300 })).toEqual([idOf('bare')]);
    await addLatents(db, await addModel(db, 'bare'), first, { bare: [1], late: [2] });
    await publish(db, first.id);
    expect(await loadParameters(db, await readView(db), [idOf('bare')])).toEqual(new Map());
    expect(await db.query('select 1 from latent where release_id = $1', [first.id])).toHaveLength(2);

    const second = await addStars(db, 'p2', ['b']);
    await setTeff(db, second, { b: 4200 });
    await publish(db, second.id);
    expect(await load()).toEqual([
      [idOf('a'), 4000, 'p1'],
      [idOf('b'), 4200, 'p2'],
    ]);
    expect((await loadParameters(db, await readView(db), [idOf('a')])).get(idOf('a'))).toEqual({
      ...parameters(4000),
      release: 'p1',
    });
  });

  it('of a draft may get other parameters, and what was encoded with the former ones is encoded again', async () => {
    const release = await addStars(db, 'draft', ['c', 'd']);
    const modelId = await addModel(db, 'draft');
    await setTeff(db, release, { c: 4000, d: 4000 });
    await addLatents(db, modelId, release, { c: [1], d: [2] });
    const encoded = async () =>
      (
        await db.query<{ id: string }>('select star_id as id from latent where model_id = $1 order by 1', [modelId])
      ).map(({ id }) => id);
    expect(await setTeff(db, release, { c: 4000, d: 4000 })).toEqual([]);
    expect(await encoded()).toEqual([idOf('c'), idOf('d')]);
    await storeParameters(db, release.id, [{ starId: idOf('d'), parameters: parameters(4000, 2.5) }]);
    expect(await encoded()).toEqual([idOf('c')]);
  });

  describe('listed', () => {
    let view: View;
    const names = ['a', 'B', 'c', 'd_1', 'd%', 'e', 'f', 'g'];
    const teffs = [4500, 4000, 4500, null, 5000, 4500, null, 4200];

    beforeAll(async () => {
      const release = await addStars(db, 'list', names);
      await setTeff(db, release, Object.fromEntries(names.map((name, i) => [name, teffs[i]])));
      await addStars(db, 'never published', ['hidden']);
      await publish(db, release.id);
      await publish(db, (await addStars(db, 'newer', ['a', 'e'], { snr: 50 })).id);
      const { modelId, releases } = await readView(db);
      view = { modelId, releases: releases.filter(({ name }) => ['list', 'newer'].includes(name)) };
    });

    async function list(page: Omit<StarPage, 'first'> = {}): Promise<string[]> {
      return (await listStars(db, view, { first: 100, ...page })).map(({ id }) => id.slice('tiny:'.length));
    }

    it('are in order of id, or of a value with unknown ones last and the id between equals', async () => {
      expect(await list()).toEqual(['B', 'a', 'c', 'd%', 'd_1', 'e', 'f', 'g']);
      expect(await list({ descending: true })).toEqual(['g', 'f', 'e', 'd_1', 'd%', 'c', 'a', 'B']);
      expect(await list({ orderBy: 'TEFF' })).toEqual(['B', 'g', 'a', 'c', 'e', 'd%', 'd_1', 'f']);
      expect(await list({ orderBy: 'TEFF', descending: true })).toEqual(['d%', 'a', 'c', 'e', 'g', 'B', 'd_1', 'f']);
      expect((await list({ orderBy: 'SNR' })).slice(0, 2)).toEqual(['a', 'e']);
    });

    it('are narrowed by each condition, and counted as they are listed', async () => {
      const filters: [StarFilter, string[]][] = [
        [{ ids: [idOf('f'), idOf('a'), idOf('hidden')] }, ['a', 'f']],
        [{ ids: [] }, []],
        [{ namePrefix: 'd' }, ['d%', 'd_1']],
        [{ namePrefix: 'd%' }, ['d%']],
        [{ namePattern: 'd*' }, ['d%', 'd_1']],
        [{ namePattern: 'd*1' }, ['d_1']],
        [{ namePattern: 'd%' }, ['d%']],
        [{ namePattern: '*_*' }, ['d_1']],
        [{ namePattern: 'd\\*' }, []],
        [{ namePattern: '*a*' }, ['a']],
        [{ teff: { min: 4200, max: 4500 } }, ['a', 'c', 'e', 'g']],
        [{ teff: { min: 4200 }, snr: { max: 50 } }, ['a', 'e']],
        [{ logg: { max: 1 } }, []],
        [{ feh: { min: 0, max: null }, teff: {} }, ['B', 'a', 'c', 'd%', 'd_1', 'e', 'f', 'g']],
        [{ release: 'newer' }, ['a', 'e']],
        [{ release: 'list', snr: { min: 60 } }, ['B', 'c', 'd%', 'd_1', 'f', 'g']],
        [{ release: 'never published' }, []],
      ];
      for (const [filter, expected] of filters) {
        expect(await list({ filter }), JSON.stringify(filter)).toEqual(expected);
        expect(await countStars(db, view, filter)).toBe(expected.length);
      }
    });

    it('come in pages that neither repeat nor skip, whatever the order and size', async () => {
      const orders = fc.constantFrom('ID', 'TEFF', 'LOGG', 'FEH', 'SNR');
      await fc.assert(
        fc.asyncProperty(orders, fc.boolean(), fc.integer({ min: 1, max: 4 }), async (orderBy, descending, first) => {
          const all = await listStars(db, view, { first: 100, orderBy, descending });
          const paged: StarCursor[] = [];
          for (;;) {
            const page = await listStars(db, view, { first, orderBy, descending, after: paged.at(-1) });
            paged.push(...page);
            if (page.length < first) break;
          }
          expect(paged).toEqual(all);
        }),
        { numRuns: 15 },
      );
    });
  });
});
