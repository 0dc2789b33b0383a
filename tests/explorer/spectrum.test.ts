import { readFile } from 'node:fs/promises';
import type { Download } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { starId } from '../../src/domain/star.js';
import { ensureRelease, publish } from '../../src/storage/dataRelease.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { rowName } from '../api/syntheticArchive.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { type ServedModel, serveModel } from './servedModel.js';

inChromium('Spectrum', () => {
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
  const slider = () => explorer.page.getByRole('slider', { name: 'Teff to recast to' });
  const saved = async (button: string): Promise<Download> => {
    const download = explorer.page.waitForEvent('download');
    await explorer.page.getByRole('group', { name: 'Save' }).getByRole('button', { name: button }).click();
    return download;
  };

  test('shows flux, reconstruction and residual on the chips of the grid', async () => {
    await explorer.open('#/star/synthetic:P0a');
    await explorer.page.getByRole('img', { name: 'Residual of P0a' }).waitFor();
    await explorer.page.getByRole('button', { name: 'Reconstruction', exact: true }).waitFor();
    expect(await explorer.page.getByRole('button', { name: /^Chip \d/ }).count()).toBe(2);
    expect(await explorer.page.title()).toBe('synthetic:P0a · Starkin');
    await explorer.inspect('spectrum');
  });

  test('zooms by chip, by key and by dragging, and the address keeps it', async () => {
    await explorer.page.getByRole('button', { name: 'Chip 2' }).click();
    await expect.poll(() => explorer.page.url()).toContain('from=15080.00');
    const plot = explorer.page.getByRole('img', { name: 'Flux of P0a' });
    await plot.press('+');
    await expect.poll(() => explorer.page.url()).toContain('from=15087.45');
    await plot.press('0');
    await expect.poll(() => explorer.page.url()).toContain('from=15000.00');
    const box = await plot.boundingBox();
    if (!box) throw new Error('the plot has no place');
    await explorer.page.mouse.move(box.x + 0.3 * box.width, box.y + 100);
    await explorer.page.mouse.down();
    await explorer.page.mouse.move(box.x + 0.4 * box.width, box.y + 100, { steps: 3 });
    await explorer.page.mouse.up();
    const from = () => Number(new URLSearchParams(explorer.page.url().split('?')[1]).get('from'));
    await expect.poll(from).toBeGreaterThan(15015);
  });

  test('a slider recasts the star live, and the link restores it', async () => {
    await explorer.open('#/star/synthetic:P0a');
    await slider().waitFor();
    const before = Number(await slider().inputValue());
    await slider().press('ArrowRight');
    await slider().press('ArrowRight');
    await explorer.page.getByText(/Recast in \d+ ms/).waitFor();
    await expect.poll(() => explorer.page.url()).toContain('teff=');
    expect(Number(await slider().inputValue())).toBeGreaterThan(before);
    await explorer.page.reload();
    await explorer.page.getByText(/Recast in \d+ ms/).waitFor();
    expect(Number(await slider().inputValue())).toBeGreaterThan(before);
    await explorer.page.getByRole('button', { name: 'Back to its own' }).click();
    await expect.poll(() => explorer.page.url()).not.toContain('teff=');
  });

  test('of many values that come at once only the latest is asked after the first', async () => {
    await explorer.open('#/star/synthetic:P0a');
    await slider().waitFor();
    await explorer.page.getByRole('button', { name: 'Reconstruction', exact: true }).waitFor();
    const asked: number[] = [];
    await explorer.page.route('**/graphql', async (route) => {
      const { operationName, variables } = route.request().postDataJSON();
      if (operationName === 'Recast') asked.push(variables.to.teff);
      await new Promise((done) => setTimeout(done, 150));
      await route.continue();
    });
    for (let step = 0; step < 12; step++) await slider().press('ArrowRight');
    const last = Number(await slider().inputValue());
    await expect.poll(() => asked.at(-1)).toBe(last);
    expect(asked.length).toBeLessThan(12);
    await explorer.page.unrouteAll({ behavior: 'wait' });
    expect(explorer.troubles).toEqual([]);
  });

  test('labels the lines of chosen elements alone', async () => {
    await explorer.page.getByText('Lines of all elements').click();
    await explorer.page.getByRole('button', { name: 'None' }).click();
    await explorer.page.getByRole('checkbox', { name: 'Fe' }).check();
    await explorer.page.getByText('Lines of Fe').waitFor();
    await expect.poll(() => explorer.page.url()).toContain('lines=Fe');
  });

  test('saves the figure as SVG and PNG and its data as CSV', async () => {
    const svg = await readFile(await (await saved('SVG')).path(), 'utf8');
    expect(svg).toMatch(/^<svg xmlns[\s\S]*<path d="M[\s\S]*Wavelength in vacuum/);
    const png = await readFile(await (await saved('PNG')).path());
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const csv = await readFile(await (await saved('CSV')).path(), 'utf8');
    const lines = csv.trim().split('\r\n');
    expect(lines[0]).toBe('wavelength,Observed,Reconstruction,Recast,Observed − reconstruction,error');
    expect(lines).toHaveLength(301);
  });

  test('one spectrum alone leaves no choice; of several, one is chosen by release and visit, and the link restores it', async () => {
    const choice = explorer.page.getByRole('combobox', { name: 'Spectrum' });
    await explorer.open('#/star/synthetic:P1a');
    await explorer.page.getByRole('img', { name: 'Residual of P1a' }).waitFor();
    expect(await choice.count()).toBe(0);
    await storeVisit(api);
    await explorer.open('#/star/synthetic:P0b');
    await choice.waitFor();
    expect(await choice.locator('option').allTextContents()).toEqual([
      's1, combined, SNR 100',
      's1, visit 1, lco25m, MJD 56396.25, fibre 212, SNR 40',
    ]);
    await explorer.page.getByRole('img', { name: 'Flux of P0b against wavelength, 300 good pixels' }).waitFor();
    await choice.selectOption({ index: 1 });
    const visit = explorer.page.getByRole('img', { name: 'Flux of P0b against wavelength, 299 good pixels' });
    await visit.waitFor();
    expect(explorer.page.url()).toContain('release=s1&visit=1');
    await explorer.inspect('visit');
    await explorer.page.reload();
    await visit.waitFor();
    expect(await choice.inputValue()).toBe('1');
    await choice.selectOption({ index: 0 });
    await expect.poll(() => explorer.page.url()).not.toContain('visit=');
  });

  test('a star that is not there is told so', async () => {
    await explorer.open('#/star/nobody');
    await explorer.page.getByText('No published release has this star').waitFor();
    await explorer.inspect('no-star');
  });
});

/** A visit of P0b, published, with one bad pixel. */
async function storeVisit({ db, archive: { model, stars } }: ServedModel): Promise<void> {
  const release = await ensureRelease(db, 's1', { simulated: true });
  const pixels = stars.pixels;
  const ivar = new Float32Array(pixels).fill(1600);
  ivar[7] = 0;
  await storeSpectra(db, [
    {
      starId: starId('synthetic', rowName(1)),
      releaseId: release.id,
      visit: 1,
      gridId: model.gridId,
      spectrum: { flux: stars.flux.slice(pixels, 2 * pixels), ivar, mask: new Uint32Array(pixels) },
      continuum: { method: 'none', version: 1, coefficients: [] },
      snr: 40,
      checksum: '1'.repeat(64),
      source: 'test',
      properties: { JD: 2_456_396.75, FIBER: 212, telescope: 'lco25m' },
    },
  ]);
  await publish(db, release.id);
}
