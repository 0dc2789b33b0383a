import { type Client, createClient } from 'graphql-ws';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import WebSocket from 'ws';
import { defaultSettings } from '../../src/config.js';
import { createToken, revokeToken } from '../../src/storage/apiToken.js';
import { ensureRelease, publish } from '../../src/storage/dataRelease.js';
import { endRun, noteProgress, startRun } from '../../src/storage/run.js';
import { serveDatabase, serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  const { api: defaults, ...settings } = defaultSettings();
  const live = { interval: 0.05, connections: 8, connectionsPerAddress: 6, subscriptions: 2 };
  api = await serveSmallArchive({ settings: { ...settings, api: { ...defaults, live } } });
});
afterAll(() => api.close());

function connect(token?: string, options: { origin?: string; path?: string } = {}): Client {
  class Socket extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols, options.origin === undefined ? {} : { origin: options.origin });
    }
  }
  return createClient({
    url: `${api.url.replace('http', 'ws')}${options.path ?? '/graphql'}`,
    webSocketImpl: Socket,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
    ...(token && { connectionParams: { Authorization: `Bearer ${token}` } }),
  });
}

/** A machine may be busy with other things. */
const soon = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 });

/** What a subscription tells, as it comes. */
function listen<Data>(client: Client, query: string) {
  const told: Data[] = [];
  const errors: { extensions?: { code?: string } }[] = [];
  const ended = new Promise<unknown>((done) => {
    client.subscribe<Data>(
      { query },
      {
        next: ({ data, errors: faults }) => {
          if (data) told.push(data);
          errors.push(...((faults ?? []) as unknown as typeof errors));
        },
        error: done,
        complete: () => done(null),
      },
    );
  });
  return { told, errors, ended };
}

const runs = 'subscription { runs { kind release state number progress { done total } } }';
type RunTold = {
  runs: {
    kind: string;
    release: string | null;
    state: string;
    number: number | null;
    progress: { done: number } | null;
  };
};
const releases = 'subscription { releases { name revision } }';
type ReleasesTold = { releases: { name: string; revision: number }[] };
const namesOf = (told: readonly ReleasesTold[]) => told.map((one) => one.releases.map(({ name }) => name));

test('a run is told as it begins, goes on and ends, to those who may know of it', async () => {
  const { token } = await createToken(api.db, { name: 'operator', scopes: ['operate'], expiresAt: null });
  const [anybody, operator] = [connect(), connect(token)];
  const seen = listen<RunTold>(anybody, runs);
  const all = listen<RunTold>(operator, runs);
  const hidden = await startRun(api.db, { kind: 'encode', input: { release: 'dr3' } });
  await soon(() => all.told.length).toBe(1);
  const visible = await startRun(api.db, { kind: 'encode', input: { release: 'dr2' } });
  await soon(() => seen.told.length).toBe(1);
  await noteProgress(api.db, visible, { stage: 'encode', done: 3, total: 9, unit: 'spectra', rate: null });
  await soon(() => seen.told.length).toBe(2);
  await endRun(api.db, visible, 'done', {});
  await soon(() => seen.told.length).toBe(3);
  await endRun(api.db, hidden, 'failed', {}, 'a disk of ours');
  await soon(() => all.told.at(-1)?.runs.state).toBe('FAILED');
  expect(seen.told.map((one) => one.runs)).toEqual([
    { kind: 'encode', release: 'dr2', state: 'RUNNING', number: null, progress: null },
    { kind: 'encode', release: 'dr2', state: 'RUNNING', number: null, progress: { done: 33, total: 100 } },
    { kind: 'encode', release: 'dr2', state: 'DONE', number: null, progress: { done: 33, total: 100 } },
  ]);
  expect(all.told.map((one) => [one.runs.number, one.runs.release])).toContainEqual([hidden, 'dr3']);
  await Promise.all([anybody.dispose(), operator.dispose()]);
});

test('a release is told when it is published, and a draft to its token alone, whose end ends the connection', async () => {
  const { id } = await ensureRelease(api.db, 'dr5', { simulated: false });
  const { token } = await createToken(api.db, { name: 'team', scopes: ['read:dr5'], expiresAt: null });
  const [anybody, team] = [connect(), connect(token)];
  const publicly = listen<ReleasesTold>(anybody, releases);
  const privately = listen<ReleasesTold>(team, releases);
  await soon(() => [publicly.told.length, privately.told.length]).toEqual([1, 1]);
  await soon(() => namesOf(privately.told).at(-1)).toContain('dr5');
  await ensureRelease(api.db, 'dr6', { simulated: false });
  await publish(api.db, id);
  await soon(() => namesOf(publicly.told).at(-1)).toContain('dr5');
  // Neither that it was made nor the other draft was any news to the public.
  expect(publicly.told).toHaveLength(2);
  expect(JSON.stringify([publicly.told, privately.told])).not.toContain('dr6');
  await revokeToken(api.db, 'team');
  await ensureRelease(api.db, 'dr7', { simulated: false });
  await publish(api.db, (await ensureRelease(api.db, 'dr7', { simulated: false })).id);
  await expect(privately.ended).resolves.toMatchObject({ code: 4403, reason: expect.stringContaining('was revoked') });
  expect(JSON.stringify(privately.told)).not.toContain('dr7');
  await anybody.dispose();
});

test.each([
  ['a token that is none', () => connect('starkin_nothing'), { code: 4403 }],
  ['a foreign page', () => connect(undefined, { origin: 'https://evil.example' }), expect.anything()],
  ['a token in the URL', () => connect(undefined, { path: '/graphql?token=secret' }), expect.anything()],
  ['another path', () => connect(undefined, { path: '/elsewhere' }), expect.anything()],
])('refuses %s', async (_, client, expected) => {
  const { told, ended } = listen(client(), releases);
  const reason = await ended;
  expect(reason).not.toBeNull();
  expect(reason).toMatchObject(expected);
  expect(told).toEqual([]);
});

test('refuses, within the limits of queries and with their codes, what is no subscription', async () => {
  const client = connect();
  const refused = async (query: string) => (await listen(client, query).ended) as { extensions: { code: string } }[];
  expect((await refused('{ releases { name } }'))[0].extensions.code).toBe('BAD_USER_INPUT');
  expect((await refused('subscription { nothing }'))[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  expect((await refused('subscription {'))[0].extensions.code).toBe('GRAPHQL_PARSE_FAILED');
  expect(
    (
      await refused(`subscription { releases { ${Array.from({ length: 300 }, (__, i) => `a${i}: name`).join(' ')} } }`)
    )[0].extensions.code,
  ).toBe('LIMIT_EXCEEDED');
  const heard = [listen(client, releases), listen(client, releases)];
  await soon(() => heard.every(({ told }) => told.length === 1)).toBe(true);
  expect((await refused(releases))[0].extensions.code).toBe('LIMIT_EXCEEDED');
  await client.dispose();
});

test('a token is taken from the header of the handshake too, and one that is none is never answered as nobody', async () => {
  const url = `${api.url.replace('http', 'ws')}/graphql`;
  const withHeader = (authorization: string) => {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols, { headers: { authorization } });
      }
    }
    return createClient({ url, webSocketImpl: Socket, retryAttempts: 0, lazyCloseTimeout: 0 });
  };
  await ensureRelease(api.db, 'by-header', { simulated: false });
  const { token } = await createToken(api.db, { name: 'program', scopes: ['read:by-header'], expiresAt: null });
  const client = withHeader(`Bearer ${token}`);
  const { told } = listen<ReleasesTold>(client, releases);
  await soon(() => namesOf(told).flat()).toContain('by-header');
  await client.dispose();
  const guess = withHeader('Bearer starkin_guess');
  expect(await listen(guess, releases).ended).toMatchObject({ code: 4403 });
  await guess.dispose();
});

test('the archive’s own page may connect where a proxy passes on another host', async () => {
  const behind = await serveDatabase(api.db, {
    environment: { STARKIN_PUBLIC_URL: 'https://archive.example/starkin' },
  });
  const opened = (origin: string) =>
    new Promise<boolean>((done) => {
      const socket = new WebSocket(`${behind.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin });
      socket.on('open', () => done(true)).on('error', () => done(false));
      socket.on('open', () => socket.close());
    });
  expect(await opened('https://archive.example')).toBe(true);
  expect(await opened('https://evil.example')).toBe(false);
  await behind.close();
});

test('a connection that is not opened says why in the words of all errors, and when to ask again', async () => {
  const refused = (path: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; retryAfter: string | undefined; code: string }>((done) => {
      const socket = new WebSocket(`${api.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers });
      socket.on('error', () => {});
      socket.on('unexpected-response', async (_, response) => {
        const [{ extensions }] = JSON.parse((await response.toArray()).join('')).errors;
        done({ status: response.statusCode, retryAfter: response.headers['retry-after'], code: extensions.code });
      });
    });
  expect(await refused('/nothing')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect(await refused('/graphql?token=starkin_x')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  expect(await refused('/graphql', { origin: 'https://evil.example' })).toMatchObject({
    status: 403,
    code: 'BAD_REQUEST',
  });
  const clients = Array.from({ length: 6 }, () => connect());
  const heard = clients.map((client) => listen(client, releases));
  await soon(() => heard.every(({ told }) => told.length === 1)).toBe(true);
  expect(await refused('/graphql')).toEqual({ status: 429, code: 'RATE_LIMITED', retryAfter: '10' });
  await Promise.all(clients.map((client) => client.dispose()));
  await soon(async () => (await request(api.url).get('/metrics')).text).toContain('starkin_live_connections 0');
});

test('refuses more connections than are allowed, counts those that are open, and gives their places back', async () => {
  const clients = Array.from({ length: 6 }, () => connect());
  const heard = clients.map((client) => listen(client, releases));
  await soon(() => heard.every(({ told }) => told.length === 1)).toBe(true);
  const { text } = await request(api.url).get('/metrics');
  expect(text).toContain('starkin_live_connections 6');
  expect(await listen(connect(), releases).ended).not.toBeNull();
  await Promise.all(clients.map((client) => client.dispose()));
  await soon(async () => (await request(api.url).get('/metrics')).text).toContain('starkin_live_connections 0');
  expect(api.logged).toEqual([]);
});
