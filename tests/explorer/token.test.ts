import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '../../src/storage/apiToken.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { type ServedModel, serveModel } from './servedModel.js';

inChromium('An archive that answers only to tokens', () => {
  let api: ServedModel;
  let explorer: ExplorerPage;
  let token: string;
  const addresses: string[] = [];
  beforeAll(async () => {
    api = await serveModel({ STARKIN_TOKENS_REQUIRED: '1' });
    ({ token } = await createToken(api.db, { name: 'reader', scopes: [], expiresAt: null }));
    explorer = await openExplorer(api.url);
    explorer.page.on('request', (request) => addresses.push(request.url()));
  });
  afterAll(async () => {
    await explorer?.close();
    await api?.close();
  });
  const status = (text: string) => explorer.page.getByRole('banner').getByText(text).waitFor();
  const give = async (text: string) => {
    await explorer.page.getByLabel('Token', { exact: true }).fill(text);
    await explorer.page.getByRole('button', { name: 'Use it' }).click();
  };

  test('the page opens, shows nothing, and says what is missing', async () => {
    await explorer.open('#/find');
    await status('An access token is needed');
    expect(await explorer.page.getByText('P0a').count()).toBe(0);
  });

  test('what is no token is not sent', async () => {
    await explorer.page.getByRole('button', { name: 'Access token' }).click();
    const before = addresses.length;
    await give('my password');
    expect(await explorer.page.getByRole('dialog').isVisible()).toBe(true);
    expect(addresses.length).toBe(before);
  });

  test('a token opens the archive, for this window alone and never in an address', async () => {
    await give(token);
    await status('12 stars');
    await explorer.page.getByRole('link', { name: 'P0a' }).waitFor();
    await explorer.page.reload();
    await status('12 stars');
    expect(addresses.filter((address) => address.includes(token))).toEqual([]);
    const kept = await explorer.page.evaluate('[JSON.stringify(localStorage), document.cookie, location.href].join()');
    expect(kept).not.toContain(token);
    const other = await explorer.page.context().newPage();
    await other.goto(`${api.url}/#/find`);
    await other.getByText('An access token is needed').waitFor();
    await other.close();
  });

  test('a token that is forgotten closes it again', async () => {
    await explorer.page.getByRole('button', { name: 'Token in use' }).click();
    await explorer.page.getByRole('button', { name: 'Forget it' }).click();
    await status('An access token is needed');
    expect(await explorer.page.getByText('P0a').count()).toBe(0);
    // Refusals, which the browser writes into its console, and nothing else.
    expect(explorer.troubles.filter((each) => !each.includes('status of 401'))).toEqual([]);
  });
});
