import autocannon from 'autocannon';

/** A query that is asked again and again, each time with the next variables. */
export interface Asked {
  readonly query: string;
  readonly variables: readonly object[];
}

export interface Load {
  readonly connections: number;
  readonly seconds: number;
  /** Requests that are begun each second; as many as are answered where left out. */
  readonly rate?: number;
}

/** What came of it; times in ms. */
export interface Served {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Loads a server with a query. @throws Error for an answer that is none */
export async function load(
  url: string,
  { query, variables }: Asked,
  { connections, seconds, rate }: Load,
): Promise<Served> {
  const result = await autocannon({
    url: `${url}/graphql`,
    connections,
    duration: seconds,
    ...(rate && { overallRate: rate }),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: variables.map((values) => ({ body: JSON.stringify({ query, variables: values }) })),
    verifyBody: (body) => typeof body === 'string' && body.startsWith('{"data"') && !body.includes('"errors"'),
  });
  const failed = result.errors + result.non2xx + result.mismatches;
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests failed: ${query}`);
  return { perSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

/** One request's answer. @throws Error with what was answered instead */
export async function ask<Data>(url: string, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
