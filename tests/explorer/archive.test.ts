import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from '../api/served.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';

inChromium('Archive', () => {
  let api: Awaited<ReturnType<typeof serveSmallArchive>>;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    api = await serveSmallArchive();
    await api.db.query(
      `insert into run (kind, input, heartbeat_at, progress)
       values ('encode', '{"release": "dr1"}', now() + interval '1 hour', '{"stage": "encode", "done": 250, "total": 1000, "unit": "spectra", "rate": 40}')`,
    );
    explorer = await openExplorer(api.url);
  });
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
  });

  test('shows the visible releases, the models with their figures, and none of what is hidden', async () => {
    await explorer.open('#/archive');
    const releases = explorer.page.getByRole('region', { name: 'Table of releases' }).locator('tbody th');
    await releases.first().waitFor();
    expect(await releases.allTextContents()).toEqual(['dr2', 'toy-1', 'dr1']);
    const served = explorer.page.getByRole('article', { name: api.archive.served.id });
    await served.getByText('served').waitFor();
    expect(await explorer.page.getByText(api.archive.unseen.id).count()).toBe(0);
    await explorer.page.getByRole('rowheader', { name: 'Reconstruction error' }).waitFor();
    await served.getByText('How its training went').click();
    await served.getByRole('img', { name: 'reconstruction over 200 steps, from 0.9 to 0.5' }).waitFor();
  });

  test('shows how far a run is, and follows it', async () => {
    const progress = explorer.page.getByRole('progressbar', { name: 'encode: 25 %' });
    await progress.waitFor();
    await explorer.inspect('archive');
    await api.db.query(`update run set progress = progress || '{"done": 500}'`);
    await explorer.page.getByRole('progressbar', { name: 'encode: 50 %' }).waitFor();
    expect(explorer.troubles).toEqual([]);
  });
});
