import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeEvaluations } from '../../src/storage/evaluation.js';
import { storeProjection } from '../../src/storage/projection.js';
import { readView } from '../../src/storage/view.js';
import { measured } from '../api/measuredEvaluation.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { type ServedModel, serveModel } from './servedModel.js';

/** What can be worked with in the view; what is folded away or taken back cannot. */
const controls = `[...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')]
  .filter((each) => each.checkVisibility() && !each.disabled)`;
const focused = `(() => {
  const each = document.activeElement;
  if (!each || each === document.body) return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(each);
  return { place: ${controls}.indexOf(each), told: each.outerHTML.slice(0, 90), seen: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 };
})()`;

interface Focused {
  readonly place: number;
  readonly told: string;
  readonly seen: boolean;
}

inChromium('Keyboard', () => {
  let api: ServedModel;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    api = await serveModel();
    await layOut(api);
    await storeEvaluations(api.db, [measured({ modelId: api.archive.model.id, set: 'pairs.h5', setKey: 'p' })]);
    explorer = await openExplorer(api.url);
  }, 120_000);
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
  });

  test.each([
    ['find', '#/find', 'table'],
    ['spectrum', '#/star/synthetic:P0a', 'canvas'],
    ['kin', '#/star/synthetic:P0a/kin', 'table'],
    ['abundances', '#/star/synthetic:P0a/abundances', 'section[aria-label="Abundances"] p'],
    ['map', '#/map', '.map-place canvas'],
    ['your own', '#/yours', 'input[type="file"]'],
    ['archive', '#/archive', '.evaluation svg'],
  ])('%s: Tab reaches all that can be worked with, and shows where it is', async (_, hash, sign) => {
    await explorer.open(hash);
    await explorer.page.locator(sign).first().waitFor({ state: 'attached' });
    await explorer.page.evaluate('document.activeElement?.blur()');
    const count = await explorer.page.evaluate<number>(`${controls}.length`);
    const reached = new Set<number>();
    for (let i = 0; i < count + 20; i++) {
      await explorer.page.keyboard.press('Tab');
      const found = await explorer.page.evaluate<Focused | null>(focused);
      // Between the end of the page and its beginning.
      if (!found) continue;
      expect(found.seen, found.told).toBe(true);
      reached.add(found.place);
    }
    const missed = await explorer.page.evaluate<string[]>(
      `${controls}.map((each) => each.outerHTML.slice(0, 90)).filter((_, i) => !${JSON.stringify([...reached])}.includes(i))`,
    );
    expect(missed).toEqual([]);
    expect(explorer.troubles).toEqual([]);
  });

  test('nothing moves by itself for who asks for less motion', async () => {
    await explorer.page.emulateMedia({ reducedMotion: 'reduce' });
    await explorer.open('#/archive');
    const moving = `document.getAnimations().map(({ animationName }) => animationName)`;
    expect(await explorer.page.evaluate(moving)).toEqual([]);
  });
});

/** Four stars in two planes, which are made up. */
async function layOut({ db, archive }: ServedModel): Promise<void> {
  const releases = (await readView(db)).releases.map(({ id, revision }) => ({ id, revision }));
  const ids = (['P0a', 'P0b', 'P1a', 'P1b'] as const).map((name) => `synthetic:${name}` as const);
  const points = { ids, x: Float32Array.of(0, 1, 2, 3), y: Float32Array.of(0, 1, 0, 1) };
  for (const method of ['pca', 'umap'] as const) {
    const analysis = { modelId: archive.model.id, method, settings: {}, releases, checksum: method, results: {} };
    await storeProjection(db, { ...analysis, stars: ids.length }, points);
  }
}
