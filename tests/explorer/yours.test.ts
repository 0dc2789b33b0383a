import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureRelease } from '../../src/storage/dataRelease.js';
import { trainSyntheticEstimator } from '../api/syntheticEstimator.js';
import { syntheticGrid } from '../science/latents/syntheticSpectra.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { type ServedModel, serveModel } from './servedModel.js';

inChromium('A spectrum of your own', () => {
  let api: ServedModel;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    api = await serveModel();
    explorer = await openExplorer(api.url);
    await explorer.open('#/yours');
  });
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
  });
  const bring = (name: string, text: string) =>
    explorer.page
      .getByLabel('File with a spectrum')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  const ask = () => explorer.page.getByRole('button', { name: 'Find its kin' });
  const twins = () => explorer.page.getByRole('region', { name: 'Its twins' }).locator('tbody th');

  test('a file is read and drawn, and its twins and its own abundances are found', async () => {
    const release = await ensureRelease(api.db, 's1', { simulated: true });
    await trainSyntheticEstimator(api.db, api.compute, api.archive.model, release);
    await explorer.page.getByText('nothing is stored').waitFor();
    await bring('star.csv', csvOf(api, 0, true));
    await explorer.page.getByRole('img', { name: 'Flux of star.csv' }).waitFor();
    await ask().click();
    await twins().first().waitFor();
    expect(await twins().first().textContent()).toBe('P0a');
    const iron = explorer.page.getByRole('region', { name: 'Its abundances' }).getByRole('row', { name: /^Fe/ });
    await iron.waitFor();
    const [value, sigma] = (await iron.getByRole('cell').allTextContents()).map((text) =>
      Number(text.replace('−', '-')),
    );
    expect(Math.abs(value - api.archive.stars.parameters[2])).toBeLessThan(4 * sigma);
    await explorer.inspect('yours');
  });

  test('what the file does not tell is asked for', async () => {
    await bring('bare.csv', csvOf(api, 2, false));
    await explorer.page.getByRole('heading', { name: 'bare.csv' }).waitFor();
    expect(await ask().isDisabled()).toBe(true);
    const [teff, logg] = api.archive.stars.parameters.subarray(2 * 3);
    await explorer.page.getByLabel('Wavelengths in').selectOption('vacuum');
    await explorer.page.getByLabel('Teff K').fill(String(teff));
    await explorer.page.getByLabel('log g').fill(String(logg));
    await ask().click();
    await expect.poll(() => twins().first().textContent()).toBe('P1a');
  });

  test('a file that holds no spectrum is refused in words, and the page goes on', async () => {
    const before = explorer.troubles.length;
    await bring('notes.txt', 'no spectrum at all');
    await explorer.page.getByRole('alert').waitFor();
    expect(await explorer.page.getByRole('alert').textContent()).toMatch(/expected lines of numbers/);
    // The browser writes the 400 of the refusal into its console.
    expect(explorer.troubles.slice(before).every((each) => each.includes('status of 400'))).toBe(true);
    await bring('star.csv', csvOf(api, 0, true));
    await explorer.page.getByRole('img', { name: 'Flux of star.csv' }).waitFor();
  });
});

/** A row of the synthetic archive as columns of text. @param told whether medium, Teff and log g are in it */
function csvOf({ archive: { stars } }: ServedModel, row: number, told: boolean): string {
  const [teff, logg] = stars.parameters.subarray(row * 3);
  const head = told ? `# medium = vacuum\n# teff = ${teff}\n# logg = ${logg}\n` : '';
  const lines = Array.from(syntheticGrid.wavelength, (wavelength, i) => {
    const pixel = row * stars.pixels + i;
    return `${wavelength},${stars.flux[pixel]},${1 / Math.sqrt(stars.ivar[pixel])}`;
  });
  return `${head}wavelength,flux,error\n${lines.join('\n')}\n`;
}
