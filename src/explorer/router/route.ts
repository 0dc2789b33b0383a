/**
 * Where the page is, kept whole in the address after `#`: `#/star/apogee:2M17335483-2753043/kin?teff=4500`. A link restores the view, and the
 * server knows of one page only.
 */
export interface Route {
  /** First part of the path: find, star, map, yours, archive. */
  readonly view: string;
  /** The parts after it, decoded. */
  readonly rest: readonly string[];
  readonly params: URLSearchParams;
}

/** Values of parameters to set; null or '' removes one. */
export type Patch = Readonly<Record<string, string | number | null>>;

export function parseRoute(hash: string): Route {
  const [path, query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view, ...rest] = path.split('/').map(decoded);
  return { view: view || 'find', rest: rest.filter((part) => part !== ''), params: new URLSearchParams(query) };
}

/** The address of a view, for links. */
export function href(parts: readonly string[], params: Patch = {}): string {
  return written(parts, patched(new URLSearchParams(), params));
}

/** The same view with some parameters changed. */
export function withParams({ view, rest, params }: Route, patch: Patch): string {
  return written([view, ...rest], patched(params, patch));
}

function written(parts: readonly string[], params: URLSearchParams): string {
  // A colon is legal there, and survey:name should be readable.
  const path = parts.map((part) => encodeURIComponent(part).replaceAll('%3A', ':')).join('/');
  const query = params.toString();
  return `#/${path}${query && `?${query}`}`;
}

function patched(params: URLSearchParams, patch: Patch): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null || value === '') next.delete(name);
    else next.set(name, String(value));
  }
  return next;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
