import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { storeProjection } from '../../src/storage/projection.js';
import { storeKnownGroups } from '../../src/storage/starGroup.js';
import { readView } from '../../src/storage/view.js';
import { serveSmallArchive } from '../api/served.js';
import { estimate, makeEstimator } from '../api/storedEstimates.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';

inChromium('Map', () => {
  let api: Awaited<ReturnType<typeof serveSmallArchive>>;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    api = await serveSmallArchive();
    explorer = await openExplorer(api.url);
  });
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
  });
  const points = () => explorer.page.getByRole('img', { name: /stars by/ });
  const box = async () => {
    const found = await points().boundingBox();
    if (!found) throw new Error('the map has no place');
    return found;
  };

  test('says how a map is made where there is none', async () => {
    await explorer.open('#/map');
    await explorer.page.getByText('npx starkin projections').waitFor();
    await explorer.inspect('no-map');
  });

  test('draws every star of the projection', async () => {
    await layOut(api);
    await explorer.page.reload();
    await points().waitFor();
    expect(await points().getAttribute('aria-label')).toContain('16 stars by UMAP 1 and UMAP 2');
    const coloured = await explorer.page.evaluate<number>(
      `(() => { const c = document.querySelector('canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        const seen = new Set(); for (let i = 0; i < d.length; i += 4) seen.add(d[i] + '/' + d[i + 1] + '/' + d[i + 2]); return seen.size; })()`,
    );
    expect(coloured).toBeGreaterThan(10);
    await explorer.inspect('map');
  });

  test('moves and zooms by wheel and key, and the address keeps it', async () => {
    const { x, y, width, height } = await box();
    await explorer.page.mouse.move(x + width / 2, y + height / 2);
    await explorer.page.mouse.wheel(0, -400);
    await expect.poll(() => explorer.page.url()).toContain('camera=');
    const before = explorer.page.url();
    await points().press('ArrowLeft');
    await expect.poll(() => explorer.page.url()).not.toBe(before);
    await points().press('0');
    await expect.poll(() => explorer.page.url()).not.toContain('camera=');
  });

  test('a lasso lists the stars within, and saves them', async () => {
    await explorer.page.getByRole('button', { name: 'Lasso' }).click();
    const { x, y, width, height } = await box();
    await explorer.page.mouse.move(x + 3, y + 3);
    await explorer.page.mouse.down();
    for (const [right, down] of [
      [0.99, 0.01],
      [0.99, 0.99],
      [0.01, 0.99],
    ])
      await explorer.page.mouse.move(x + right * width, y + down * height, { steps: 4 });
    await explorer.page.mouse.up();
    const listed = explorer.page.getByRole('region', { name: 'Selected stars' });
    await listed.getByText('16 selected').waitFor();
    const download = explorer.page.waitForEvent('download');
    await listed.getByRole('button', { name: 'CSV of all' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv).toMatch(/^star,teff,logg,feh,snr,umap1,umap2\r\napogee:S00,4000,2,.*,0,0\r\n/);
    await listed.getByRole('button', { name: 'Clear' }).click();
    expect(await listed.count()).toBe(0);
  });

  test('lists what is seen without a pointer, and keeps it chosen in another plane', async () => {
    await explorer.page.getByRole('button', { name: 'List' }).press('Enter');
    const listed = explorer.page.getByRole('region', { name: 'Selected stars' });
    await listed.getByText('16 selected').waitFor();
    await explorer.page.getByRole('combobox', { name: 'Up' }).selectOption('Teff, K');
    await explorer.page.getByRole('img', { name: '16 stars by UMAP 1 and Teff, K' }).waitFor();
    await listed.getByText('16 selected').waitFor();
    await listed.getByRole('button', { name: 'Clear' }).click();
    await explorer.page.getByRole('combobox', { name: 'Plane' }).selectOption('Chemistry, UMAP');
  });

  test('two fingers zoom', async () => {
    const { x, y, width, height } = await box();
    const session = await explorer.page.context().newCDPSession(explorer.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd' ? [] : [-apart, apart].map((to) => ({ x: x + width / 2 + to, y: y + height / 2 })),
      });
    const across = async () => {
      const ticks = explorer.page.locator('.axes text[text-anchor="middle"]');
      const [first, last] = await Promise.all([ticks.first().textContent(), ticks.last().textContent()]);
      return [last, first].map((text) => Number(text?.replace('−', '-'))).reduce((a, b) => a - b);
    };
    await points().press('0');
    const before = await across();
    await touch('touchStart', 40);
    for (const apart of [60, 80, 100, 120]) await touch('touchMove', apart);
    await touch('touchEnd', 0);
    await expect.poll(across).toBeLessThan(before / 2);
    await points().press('0');
    await expect.poll(() => explorer.page.url()).not.toContain('camera=');
  });

  test('draws planes of abundances, and says how many stars have none that is reliable', async () => {
    await explorer.page.getByRole('combobox', { name: 'Plane' }).selectOption('[Mg/Fe] and [Fe/H]');
    await explorer.page.getByRole('img', { name: '16 stars by [Fe/H] by the model and [Mg/Fe]' }).waitFor();
    await explorer.page.getByText('16 stars, 6 without a reliable value along an axis are not drawn').waitFor();
    await explorer.page.getByRole('combobox', { name: 'Across' }).selectOption('First component');
    await expect.poll(() => explorer.page.url()).toContain('x=pca1&y=Mg');
    await explorer.page.getByRole('img', { name: '16 stars by First component and [Mg/Fe]' }).waitFor();
    expect(await explorer.page.getByRole('combobox', { name: 'Plane' }).inputValue()).toBe('');
    await explorer.inspect('map-abundances');
  });

  test('colours by release and by group, whose names and numbers it lists', async () => {
    const colour = explorer.page.getByRole('combobox', { name: 'Coloured by' });
    await colour.selectOption('Known clusters');
    const clusters = explorer.page.getByRole('list', { name: 'Known clusters' });
    await clusters.waitFor();
    expect(await clusters.getByRole('listitem').allTextContents()).toEqual(['M67 3']);
    await colour.selectOption('Release');
    const releases = explorer.page.getByRole('list', { name: 'Release' });
    await releases.waitFor();
    expect((await releases.getByRole('listitem').allTextContents()).toSorted()).toEqual(['dr1 10', 'dr2 6']);
    await colour.selectOption('Groups found by K-means');
    await explorer.page.getByText('no star is in any').waitFor();
  });

  test('shows the questions behind it, and a link restores it', async () => {
    await explorer.open('#/map?x=Mg&y=logg&colour=cluster');
    await explorer.page.getByRole('img', { name: '16 stars by [Mg/Fe] and log g' }).waitFor();
    await explorer.page.getByRole('list', { name: 'Known clusters' }).waitFor();
    await explorer.page.getByRole('button', { name: 'Show the query' }).click();
    const question = explorer.page.getByRole('region', { name: 'StarMap' });
    await question.waitFor();
    expect(await question.textContent()).toMatch(/"species":\s*\[\s*"Mg"\s*\]/);
    await explorer.page.keyboard.press('Escape');
    await explorer.open('#/map?x=Zz&y=Mg');
    await explorer.page.getByRole('img', { name: /16 stars by / }).waitFor();
    expect(explorer.troubles).toEqual([]);
  });

  test('joins pages, whose names are their own, into columns of one order', async () => {
    // 20,000 stars a page are more than this archive has.
    await explorer.page.route('**/graphql', (route) =>
      route.continue({ postData: route.request().postData()?.replace('after: $after', 'after: $after, first: 5') }),
    );
    await explorer.open('#/map?x=umap1&y=Mg&colour=release');
    // The page is there already: only the view changed.
    await explorer.page.reload();
    await explorer.page.getByRole('list', { name: 'Release' }).waitFor();
    await explorer.page.getByRole('combobox', { name: 'Across' }).selectOption('Second component');
    await explorer.page.getByRole('img', { name: '16 stars by Second component and [Mg/Fe]' }).waitFor();
    await explorer.page.getByRole('combobox', { name: 'Coloured by' }).selectOption('Known clusters');
    await explorer.page.getByRole('list', { name: 'Known clusters' }).waitFor();
    const download = explorer.page.waitForEvent('download');
    await explorer.page.getByRole('button', { name: 'CSV', exact: true }).click();
    const [head, ...rows] = (await readFile(await (await download).path(), 'utf8')).trim().split('\r\n');
    const columns = head.split(',');
    const column = (name: string) => rows.map((row) => row.split(',')[columns.indexOf(name)]);
    expect(column('star')).toEqual(Array.from({ length: 16 }, (_, i) => `apogee:S${String(i).padStart(2, '0')}`));
    expect(column('umap1')).toEqual(Array.from({ length: 16 }, (_, i) => String(i % 4)));
    expect(column('pca2')).toEqual(Array.from({ length: 16 }, (_, i) => String(i >> 2)));
    expect(column('Mg')).toEqual(Array.from({ length: 16 }, (_, i) => (i < 10 ? String(-i / 20 || 0) : '')));
    expect(column('cluster')).toEqual(Array.from({ length: 16 }, (_, i) => (i >= 4 && i < 7 ? 'M67' : '')));
    expect(column('release')).toEqual(column('star').map((id) => api.archive.visible.get(id as 'apogee:S00')?.release));
    // Computed anew meanwhile: the stars are loaded again, and no column is that of others.
    await api.db.query("update analysis set checksum = checksum || ' anew'");
    await explorer.page.getByRole('combobox', { name: 'Up' }).selectOption('[Fe/H] by the model');
    await explorer.page.getByRole('img', { name: '16 stars by Second component and [Fe/H] by the model' }).waitFor();
    await explorer.page.unroute('**/graphql');
  });

  test('shows other planes and colours, and a click opens a star', async () => {
    await explorer.page.getByRole('combobox', { name: 'Plane' }).selectOption('Teff and [Fe/H]');
    await explorer.page.getByRole('combobox', { name: 'Coloured by' }).selectOption('S/N');
    await expect.poll(() => explorer.page.url()).toMatch(/[?&]plane=teff-feh(&|$)/);
    await expect.poll(() => explorer.page.url()).toMatch(/[?&]colour=snr(&|$)/);
    await explorer.page.getByRole('img', { name: /by Teff, K and \[Fe\/H\]/ }).waitFor();
    const { x, y, width, height } = await box();
    // The coolest star is the richest: at the upper right, within the margin about all of them.
    await explorer.page.mouse.click(x + width * (1 - 0.05 / 1.1), y + height * (0.05 / 1.1));
    await expect.poll(() => explorer.page.url()).toContain('#/star/apogee:S00');
    expect(explorer.troubles).toEqual([]);
  });
});

/** Two planes of the stars S00 to S15, which are made up. */
async function layOut({ db, archive }: Awaited<ReturnType<typeof serveSmallArchive>>): Promise<void> {
  const releases = (await readView(db)).releases.map(({ id, revision }) => ({ id, revision }));
  const ids = Array.from({ length: 16 }, (_, i) => `apogee:S${String(i).padStart(2, '0')}` as const);
  const x = Float32Array.from(ids, (_, i) => i % 4);
  const y = Float32Array.from(ids, (_, i) => i >> 2);
  for (const method of ['pca', 'umap'] as const) {
    const analysis = {
      modelId: archive.served.id,
      method,
      settings: {},
      releases,
      checksum: method,
      stars: ids.length,
      results: {},
    };
    await storeProjection(db, analysis, { ids, x, y });
  }
  const { id: releaseId, revision } = await findRelease(db, 'dr1');
  const known = ids.slice(0, 10).map((starId) => ({ starId, releaseId, revision }));
  const estimator = await makeEstimator(db, { modelId: archive.served.id, method: 'nonlinear', releaseId, revision });
  await estimate(
    db,
    estimator,
    known.map((key, i) => ({ ...key, Fe: i / 10, Mg: -i / 20 })),
  );
  const members = ids.slice(4, 7).map((starId) => ({ group: 'M67', starId, revision }));
  await storeKnownGroups(db, releaseId, 'cluster', members);
}
