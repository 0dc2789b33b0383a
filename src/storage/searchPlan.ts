/** How the nearest stars are looked for: every candidate is measured, or an HNSW index of vectors of so many dimensions is walked. */
export type SearchPlan = { readonly name: 'EXACT' } | { readonly name: 'HNSW'; readonly dimensions: number };

export const EXACT: SearchPlan = { name: 'EXACT' };

/**
 * Settings of pgvector for connections that search. With strict_order an index scan goes on until the filter has let enough through, in the order of distance; otherwise
 * a filter of 1 % would leave nothing of the first ef_search. It gives up after max_scan_tuples: an exact scan through a filter so narrow is no slower.
 */
export const searchSettings: Readonly<Record<string, string>> = {
  'hnsw.iterative_scan': 'strict_order',
  'hnsw.ef_search': '400',
  'hnsw.max_scan_tuples': '10000',
};
