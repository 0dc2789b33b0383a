import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from '../api/served.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';

inChromium('Find', () => {
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
  const rows = () => explorer.page.locator('tbody tr');
  const names = () => explorer.page.locator('tbody th').allTextContents();

  test('lists every visible star, and none that is hidden', async () => {
    await explorer.open('');
    await rows().first().waitFor();
    expect(await rows().count()).toBe(34);
    expect(await explorer.page.getByRole('status').filter({ hasText: 'of 34 stars' }).count()).toBe(1);
    expect(await names()).not.toContain('D0');
    await explorer.inspect('find');
  });

  test('finds by the beginning of a name as it is typed, by a pattern, and by an identifier of another catalogue', async () => {
    await explorer.page.keyboard.press('/');
    await explorer.page.keyboard.type('T');
    await expect.poll(() => rows().count()).toBe(8);
    expect(await names()).toContain('T7');
    await explorer.page.getByRole('searchbox').fill('*0*');
    await expect.poll(async () => (await names()).every((name) => name.includes('0'))).toBe(true);
    expect(await names()).toContain('T0');
    await explorer.page.getByRole('searchbox').fill('17335483-2753043');
    await explorer.page.getByRole('link', { name: 'S06' }).click();
    await expect.poll(() => explorer.page.url()).toContain('#/star/apogee:S06');
  });

  test('an identifier of several stars offers each', async () => {
    await explorer.open('#/find?q=4061234567890123456');
    const offered = explorer.page.getByRole('status').filter({ hasText: 'several stars' }).getByRole('link');
    await expect.poll(() => offered.allTextContents()).toHaveLength(2);
  });

  test('finds by coordinates, in degrees and sexagesimal, and filters what it finds', async () => {
    await explorer.open('#/find?q=263.5 -27.9');
    await explorer.page.getByRole('columnheader', { name: 'Away, ″' }).waitFor();
    expect(await rows().count()).toBe(25);
    await explorer.page.getByRole('searchbox').fill('17:34:00 −27:54:00');
    await explorer.page.getByText('Around RA 263.50000°, Dec −27.90000°').waitFor();
    await explorer.page.getByRole('textbox', { name: 'Teff, K, most' }).fill('4000');
    await expect.poll(() => rows().count()).toBeLessThan(25);
    expect(explorer.troubles).toEqual([]);
  });

  test('orders and filters, and a link restores what is seen', async () => {
    await explorer.open('#/find');
    await explorer.page.getByRole('button', { name: 'Teff, K' }).click();
    await explorer.page.getByRole('button', { name: 'Teff, K' }).click();
    await explorer.page.getByRole('textbox', { name: 'Teff, K, most' }).fill('4250');
    await expect.poll(() => explorer.page.url()).toContain('teff.max=4250');
    const seen = async () => (await rows().first().locator('td').nth(2).textContent()) ?? '';
    await expect.poll(seen).toBe('4250');
    const before = await names();
    const other = await openExplorer(api.url);
    await other.open(new URL(explorer.page.url()).hash);
    await other.page.locator('tbody tr').first().waitFor();
    expect(await other.page.locator('tbody th').allTextContents()).toEqual(before);
    expect(await other.page.getByRole('columnheader', { name: 'Teff, K' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    expect(await other.page.getByRole('textbox', { name: 'Teff, K, most' }).inputValue()).toBe('4250');
    await other.close();
  });

  test('says what to do where nothing is found', async () => {
    await explorer.open('#/find?q=nobody');
    await explorer.page.getByText('No star found').waitFor();
    await explorer.inspect('find-nothing');
    await explorer.page.getByRole('link', { name: 'All stars' }).click();
    await expect.poll(() => rows().count()).toBe(34);
  });

  test('shows the query behind the view, to be copied as GraphQL and as Python', async () => {
    await explorer.open('#/find?q=T');
    await rows().first().waitFor();
    await explorer.page.getByRole('button', { name: 'Show the query' }).click();
    const behind = explorer.page.getByRole('region', { name: 'ListStars' });
    await explorer.inspect('query');
    const copied = async (label: string) => {
      await behind.getByRole('button', { name: label }).click();
      await behind.getByText('Copied').waitFor();
      const text = await explorer.page.evaluate<string>('navigator.clipboard.readText()');
      await behind.getByRole('button', { name: label }).waitFor();
      return text;
    };
    const [query, variables, python] = [
      await copied('Copy GraphQL'),
      await copied('Copy variables'),
      await copied('Copy as Python'),
    ];
    const { stars } = await api.ask<{ stars: { totalCount: number } }>(query, JSON.parse(variables));
    expect(stars.totalCount).toBe(8);
    const { stdout } = await promisify(execFile)('python3', ['-c', python]);
    expect(JSON.parse(stdout).stars.totalCount).toBe(8);
    await explorer.page.keyboard.press('Escape');
    expect(await explorer.page.getByRole('dialog').count()).toBe(0);
  });

  test('saves the page of the table as CSV', async () => {
    const download = explorer.page.waitForEvent('download');
    await explorer.page.getByRole('button', { name: 'Save this page as CSV' }).click();
    const csv = await readFile(await (await download).path(), 'utf8');
    expect(csv.split('\r\n')).toHaveLength(10);
    expect(csv).toMatch(/^survey,name,"RA, °"/);
    expect(explorer.troubles).toEqual([]);
  });

  test('is told when the server does not answer, and goes on when it does', async () => {
    await explorer.page.route('**/graphql', (route) => route.abort());
    await explorer.page.getByRole('searchbox').fill('S0');
    await explorer.page.getByRole('alert').waitFor();
    expect(await explorer.page.getByRole('alert').textContent()).toContain('the server does not answer');
    await explorer.page.unroute('**/graphql');
    await explorer.page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => rows().count()).toBe(11);
  });
});
