import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../src/storage/apiToken.js';
import { traced } from '../../src/storage/traced.js';
import { startTelemetry } from '../../src/telemetry.js';
import { serveDatabase, serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

describe('/metrics', () => {
  test('tells the times of requests and fields, the pool, the compute queue, searches, caches and the event loop', async () => {
    await api.ask('{ star(id: "S06") { name twins(first: 3) { edges { distance } } spectrum { wavelength } } }');
    await api.post('{ nothing }');
    const { text, headers } = await request(api.url).get('/metrics').expect(200);
    expect(headers['content-type']).toContain('text/plain');
    for (const line of [
      /^starkin_http_request_seconds_count\{route="\/graphql",method="POST",status="200"\} \d+$/m,
      /^starkin_graphql_operation_seconds_count\{kind="query",outcome="ok"\} \d+$/m,
      /^starkin_graphql_field_seconds_count\{field="Query\.star"\} \d+$/m,
      /^starkin_graphql_field_seconds_count\{field="Star\.twins"\} \d+$/m,
      /^starkin_graphql_errors_total\{code="GRAPHQL_VALIDATION_FAILED"\} 1$/m,
      /^starkin_graphql_cost_total \d+$/m,
      /^starkin_compute_calls\{state="waiting"\} 0$/m,
      /^starkin_twin_searches_total\{plan="EXACT"\} 1$/m,
      /^starkin_cache_total\{cache="wavelength grids",result="miss"\} 1$/m,
      /^nodejs_eventloop_lag_seconds /m,
    ])
      expect(text).toMatch(line);
    if (api.db.kind === 'server') expect(text).toMatch(/^starkin_database_connections\{state="open"\} \d+$/m);
  });

  test('names no release, star, model or token, and no path that a client made up', async () => {
    await request(api.url).get('/made-up/dr3');
    await api.post('query dr3 { stars(filter: { release: "dr3" }) { totalCount } }');
    const { text } = await request(api.url).get('/metrics').expect(200);
    expect(text).not.toMatch(/dr1|dr2|dr3|toy|S06|polydis|made-up/);
    expect(text).toContain('route="other"');
  });

  test('answers this machine, or a token of scope operate, and nobody behind a proxy', async () => {
    const { token: operator } = await createToken(api.db, { name: 'operator', scopes: ['operate'], expiresAt: null });
    const { token: reader } = await createToken(api.db, { name: 'reader', scopes: ['read:dr3'], expiresAt: null });
    const proxied = () => request(api.url).get('/metrics').set('X-Forwarded-For', '192.0.2.1');
    await proxied().expect(401);
    await proxied().set('Authorization', `Bearer ${reader}`).expect(401);
    await proxied().set('Authorization', `Bearer ${operator}`).expect(200);
  });
});

describe('the log', () => {
  const ask = (id?: string) => {
    const posted = request(api.url).post('/graphql?token_like=secret-in-url');
    if (id !== undefined) posted.set('X-Request-Id', id);
    return posted.send({ query: 'query ($id: ID!) { star(id: $id) { name } }', variables: { id: 'secret-variable' } });
  };

  test('has a line for each request under the id that the client knows, without variables, headers or query string', async () => {
    const named = await ask('from-the-portal:17');
    expect(named.headers['x-request-id']).toBe('from-the-portal:17');
    const unnamed = await ask();
    expect(unnamed.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    const forged = await ask('a b"}{');
    expect(forged.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    await expect.poll(() => api.requests.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    expect(api.requests.find(({ req }) => (req as { id: string }).id === 'from-the-portal:17')).toMatchObject({
      level: 30,
      req: { method: 'POST', path: '/graphql' },
      res: { status: 200 },
      responseTime: expect.any(Number),
    });
    expect(JSON.stringify(api.requests)).not.toMatch(/secret|authorization|query/i);
  });

  test('ties a defect to the request that met it', async () => {
    const broken = await serveDatabase({
      ...api.db,
      kind: api.db.kind,
      inTransaction: false,
      query: () => Promise.reject(new Error('broken')),
    } as never);
    const { headers, body } = await request(broken.url).post('/graphql').send({ query: '{ releases { name } }' });
    expect(body.errors[0].extensions.code).toBe('INTERNAL');
    expect(broken.logged).toContainEqual(
      expect.objectContaining({ requestId: headers['x-request-id'], id: body.errors[0].extensions.id }),
    );
    await broken.close();
  });
});

test('spans of a request, its fields and its statements reach an OpenTelemetry collector', async () => {
  const received: string[] = [];
  const collector = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += chunk));
    incoming.on('end', () => {
      received.push(`${incoming.url} ${body}`);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const { port } = collector.address() as AddressInfo;
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${port}`;
  process.env.OTEL_EXPORTER_OTLP_PROTOCOL = 'http/json';
  process.env.OTEL_METRICS_EXPORTER = 'none';
  process.env.OTEL_LOGS_EXPORTER = 'none';
  const telemetry = await startTelemetry('starkin-test');
  const observed = await serveDatabase(traced(api.db));
  await request(observed.url)
    .post('/graphql')
    .set('traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
    .send({ query: 'query Whose($id: ID!) { star(id: $id) { name } }', variables: { id: 'secret-variable' } });
  await observed.close();
  await telemetry.close();
  await new Promise((done) => collector.close(done));
  const traces = received.filter((one) => one.startsWith('/v1/traces')).join('\n');
  for (const name of ['POST /graphql', 'query Whose', 'Query.star', 'sql', 'starkin-test'])
    expect(traces).toContain(`"${name}"`);
  // All of them within the trace of the client.
  const ids = new Set([...traces.matchAll(/"traceId":"([0-9a-f]+)"/g)].map(([, id]) => id));
  expect([...ids]).toEqual(['0af7651916cd43dd8448eb211c80319c']);
  expect(traces).not.toContain('secret-variable');
});
