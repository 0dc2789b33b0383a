import type { RequestHandler } from 'express';
import type { Safelist } from '../limits/safelist.js';

interface GraphQLBody {
  readonly query?: unknown;
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash?: unknown } };
}

/** Puts the safelist's own document in the place of what a request gives or names, by POST or GET. @throws SafelistError to Express */
export function onlySafelisted(list: Safelist): RequestHandler {
  return (request, _, next) => {
    if (request.method === 'GET') request.url = admittedUrl(list, request.url);
    else request.body = admitted(list, (request.body ?? {}) as GraphQLBody);
    next();
  };
}

function admitted(list: Safelist, { extensions, query, ...rest }: GraphQLBody): object {
  return { ...rest, query: list.admit(query, extensions?.persistedQuery?.sha256Hash) };
}

function admittedUrl(list: Safelist, url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const extensions = parseJson(searchParams.get('extensions')) as GraphQLBody['extensions'] | null;
  searchParams.set('query', list.admit(searchParams.get('query'), extensions?.persistedQuery?.sha256Hash));
  searchParams.delete('extensions');
  return `${pathname}?${searchParams}`;
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
