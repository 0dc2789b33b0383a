import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storeProjection } from '../../src/storage/projection.js';
import { readView } from '../../src/storage/view.js';
import { serveSmallArchive } from '../api/served.js';
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
    expect(csv).toMatch(/^star,teff,logg,feh,snr\r\napogee:S00,4000,2,/);
    await listed.getByRole('button', { name: 'Clear' }).click();
    expect(await listed.count()).toBe(0);
  });

  test('shows other planes and colours, and a click opens a star', async () => {
    await explorer.page.getByRole('combobox', { name: 'Plane' }).selectOption('Teff and [Fe/H]');
    await explorer.page.getByRole('combobox', { name: 'Coloured by' }).selectOption('S/N');
    await expect.poll(() => explorer.page.url()).toContain('plane=teff-feh&colour=snr');
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
}
