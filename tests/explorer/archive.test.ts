import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { storeEvaluations } from '../../src/storage/evaluation.js';
import { measured } from '../api/measuredEvaluation.js';
import { serveSmallArchive } from '../api/served.js';
import { chromiumBrowser, inChromium } from './chromium.js';
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

  test('draws what was measured of a model, with its bound and errors, and explains the figures', async () => {
    const modelId = api.archive.served.id;
    const hidden = await findRelease(api.db, 'dr3');
    await storeEvaluations(api.db, [
      measured({ modelId, set: 'pairs.h5', setKey: 'p' }),
      measured({ modelId, set: 'dr3', setKey: 'd', release: { id: hidden.id, revision: 1 } }),
    ]);
    await explorer.page.reload();
    const evaluation = explorer.page.getByRole('article', { name: 'Evaluation on pairs.h5' });
    await evaluation.getByRole('img', { name: /true twin comes first, by signal to noise, of 1 models/ }).waitFor();
    await evaluation.getByText('The figures, in % with standard errors').click();
    const rows = evaluation.getByRole('region', { name: 'Table of recovery' }).locator('tbody tr');
    expect(await rows.nth(1).locator('td').allTextContents()).toEqual([
      '50',
      '50.0 ± 2.0',
      '90.0 ± 2.0',
      '75.0 ± 2.0',
      '80.0 ± 2.0',
      '93.8',
      '40',
    ]);
    await evaluation.getByRole('img', { name: /intervals of 68.3 and 95 % of 2 species/ }).waitFor();
    expect(await evaluation.getByRole('region', { name: 'Table of recasting' }).textContent()).toContain('0.00200');
    expect(await evaluation.getByRole('region', { name: 'Table of faults' }).textContent()).toContain('45.0 ± 5.0');
    expect(await explorer.page.getByText('Evaluation on dr3').count()).toBe(0);
    await explorer.page.getByText('about 1 where only noise is left').waitFor();
    const download = explorer.page.waitForEvent('download');
    await evaluation.getByRole('button', { name: 'SVG' }).first().click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain('stroke-dasharray="5');
    await explorer.inspect('archive-evaluations');
  });

  test('is told how far a run is, without asking again', async () => {
    await explorer.page.getByText('live', { exact: true }).waitFor();
    await explorer.page.getByRole('progressbar', { name: 'encode: 25 %' }).waitFor();
    await explorer.inspect('archive');
    let asked = 0;
    explorer.page.on('request', (request) => {
      if (request.postData()?.includes('"operationName":"Runs"')) asked++;
    });
    await api.db.query(
      `update run set progress = progress || '{"done": 500}', heartbeat_at = heartbeat_at + interval '1 second'`,
    );
    await explorer.page.getByRole('progressbar', { name: 'encode: 50 %' }).waitFor();
    expect(asked).toBe(0);
    await api.db.query(
      `insert into run (kind, input, heartbeat_at, started_at) values ('index', '{"release": "dr1"}', now() + interval '1 hour', now())`,
    );
    await explorer.page.getByRole('rowheader', { name: 'index' }).waitFor();
    expect(explorer.troubles).toEqual([]);
  });

  test('asks how far a run is where no socket can be opened', async () => {
    const context = await chromiumBrowser().newContext();
    const page = await context.newPage();
    await page.routeWebSocket(/graphql/, (socket) => socket.close({ code: 1011 }));
    await page.goto(`${api.url}/#/archive`);
    await page.getByRole('progressbar', { name: 'encode: 50 %' }).waitFor();
    await page.getByText('looked at every few seconds').waitFor();
    await api.db.query(`update run set progress = progress || '{"done": 750}' where kind = 'encode'`);
    await page.getByRole('progressbar', { name: 'encode: 75 %' }).waitFor();
    await context.close();
  });
});
