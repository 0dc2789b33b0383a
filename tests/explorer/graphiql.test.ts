import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, publish } from '../../src/storage/dataRelease.js';
import { type Served, serveDatabase } from '../api/served.js';
import { openTestDatabase } from '../testArchive.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { executed } from './graphiqlPage.js';

inChromium('GraphiQL', () => {
  let db: Database;
  let api: Served;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    db = await openTestDatabase();
    api = await serveDatabase(db);
    explorer = await openExplorer(api.url);
  });
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
    await db?.close();
  });

  test('shows and asks the query of a link, with its variables', async () => {
    const { page } = explorer;
    const query = 'query Linked($release: String!) { stars(filter: { release: $release }) { totalCount } }';
    const link = new URLSearchParams({ query, variables: '{ "release": "nowhere" }' });
    await page.goto(`${api.url}/graphql?${link}`);
    await executed(page, 'NOT_FOUND');
    expect(explorer.troubles).toEqual([]);
  });

  test('subscribes: what is told appears as it comes', async () => {
    const { page } = explorer;
    await page.goto(`${api.url}/graphql`);
    const editor = page.getByRole('region', { name: 'Operation Editor' }).locator('.monaco-editor').first();
    await editor.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('subscription { releases { name } }');
    // Until it is kept it has not been parsed, and would be sent as a query.
    await expect.poll(() => page.evaluate('JSON.stringify(localStorage)')).toContain('subscription { releases');
    await page.keyboard.press('Control+Enter');
    const answer = page.getByRole('region', { name: 'Result Window' });
    await answer.getByText('releases').first().waitFor();
    await publish(db, (await ensureRelease(db, 'told-live', { simulated: true })).id);
    await answer.getByText('told-live').first().waitFor();
    expect(explorer.troubles).toEqual([]);
  });
});
