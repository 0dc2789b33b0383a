import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, publish } from '../../src/storage/dataRelease.js';
import { type Served, serveDatabase } from '../api/served.js';
import { openTestDatabase } from '../testArchive.js';
import { inChromium } from './chromium.js';
import { type ExplorerPage, openExplorer } from './explorerPage.js';
import { executed } from './graphiqlPage.js';

/** A proxy that has a server below /archive, and nothing else. */
function proxyTo(origin: string): Server {
  const forward = ({ url, method, headers }: IncomingMessage) =>
    ask(`${origin}${String(url).slice('/archive'.length)}`, { method: String(method), headers });
  return createServer((incoming, outgoing) => {
    if (!incoming.url?.startsWith('/archive/')) return void outgoing.writeHead(404).end();
    const forwarded = forward(incoming);
    forwarded.on('response', (answer) => {
      outgoing.writeHead(Number(answer.statusCode), answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  }).on('upgrade', (incoming, socket) => {
    if (!incoming.url?.startsWith('/archive/')) return void socket.destroy();
    const forwarded = forward(incoming).on('upgrade', ({ headers }, other) => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      other.pipe(socket).pipe(other);
      for (const end of [socket, other]) end.on('error', () => {});
    });
    forwarded.end();
  });
}

inChromium('behind a proxy that has the archive below a path', () => {
  let db: Database;
  let api: Served;
  let proxy: Server;
  let url: string;
  let explorer: ExplorerPage;
  beforeAll(async () => {
    db = await openTestDatabase();
    api = await serveDatabase(db);
    proxy = proxyTo(api.url).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/archive`;
    explorer = await openExplorer(url);
  });
  afterAll(async () => {
    await explorer?.close();
    proxy?.closeAllConnections();
    proxy?.close();
    await api?.close();
    await db?.close();
  });

  test('the explorer asks and is told news there', async () => {
    const { page } = explorer;
    await publish(db, (await ensureRelease(db, 'told-behind', { simulated: true })).id);
    const heard = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
    await explorer.open('#/archive');
    expect((await heard).payload).toContain('connection_ack');
    await page.getByText('told-behind').first().waitFor();
    expect(explorer.troubles).toEqual([]);
  });

  test('GraphiQL asks there', async () => {
    const { page } = explorer;
    await page.goto(`${url}/graphql?query=${encodeURIComponent('{ releases { name } }')}`);
    await executed(page, 'told-behind');
    expect(explorer.troubles).toEqual([]);
  });
});
