import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from '../api/served.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { type ServedModel, serveModel } from './servedModel.js';

inChromium('Kin', () => {
  let api: ServedModel;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    api = await serveModel();
    explorer = await openExplorer(api.url);
  });
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
  });
  const twins = () => explorer.page.getByRole('region', { name: 'Twins' }).locator('tbody th');

  test('lists the twins, the true one first, and compares with it', async () => {
    await explorer.open('#/star/synthetic:P0a/kin');
    await twins().first().waitFor();
    expect(await twins().first().textContent()).toBe('P0b');
    expect(await twins().count()).toBe(11);
    await explorer.page.getByRole('heading', { name: 'P0a and P0b' }).waitFor();
    for (const panel of ['As observed', 'At the same parameters', 'Difference'])
      await explorer.page.getByRole('img', { name: `${panel}: P0a and P0b` }).waitFor();
    await explorer.inspect('kin');
  });

  test('compares with the twin that is chosen, and a link restores it', async () => {
    await twins().nth(3).getByRole('button').press('Enter');
    const name = await twins().nth(3).textContent();
    await explorer.page.getByRole('heading', { name: `P0a and ${name}` }).waitFor();
    expect(explorer.page.url()).toContain(`with=synthetic%3A${name}`);
    await explorer.page.reload();
    await explorer.page.getByRole('heading', { name: `P0a and ${name}` }).waitFor();
    await explorer.page.getByRole('link', { name: `open ${name}` }).click();
    await explorer.page.getByRole('heading', { name: name ?? '', level: 1 }).waitFor();
  });

  test('abundances that no estimator gives are told, with what the operator would do', async () => {
    await explorer.page.getByRole('link', { name: 'Abundances' }).click();
    await explorer.page.getByText('No abundances of this star').waitFor();
    expect(explorer.troubles).toEqual([]);
  });

  test('a star without a latent, and one that a release has no model for, say why', async () => {
    const small = await serveSmallArchive();
    const other = await openExplorer(small.url);
    await other.open('#/star/apogee:S07/kin');
    await other.page.getByText('no Teff, no log g').waitFor();
    await small.db.query('delete from served_model');
    await other.open('#/find');
    await other.page.reload();
    await other.open('#/star/apogee:S05/kin');
    await other.page.getByText('No model is served yet').waitFor();
    await other.inspect('no-model');
    await other.close();
    await small.close();
  });
});
