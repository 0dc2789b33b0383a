import type { StarFilter, StarOrder, StarOrderField } from '../generated/graphql';
import { typed } from '../words/numbers';
import { type Place, readCoordinates } from './coordinates';

/** What the address asks the list for. */
export interface Search {
  /** As typed. */
  readonly text: string;
  /** Set where the text is a place on the sky. */
  readonly place: Place | null;
  /** Degrees about the place. */
  readonly radius: number;
  readonly filter: StarFilter;
  readonly order: StarOrder;
}

/** The columns with numbers, whose ranges can be filtered. */
export const ranges = ['teff', 'logg', 'feh', 'snr'] as const;
export type RangeName = (typeof ranges)[number];

const DEFAULT_RADIUS = 0.1;

export function readSearch(params: URLSearchParams): Search {
  const text = params.get('q') ?? '';
  const place = readCoordinates(text);
  return {
    text,
    place,
    radius: typed(params.get('radius')) ?? DEFAULT_RADIUS,
    filter: readFilter(params, place ? '' : text),
    order: readOrder(params.get('sort')),
  };
}

/** `-TEFF` is the hottest first. */
function readOrder(text: string | null): StarOrder {
  const field = fields.find((name) => name === text?.replace('-', '')) ?? 'ID';
  return { field, direction: text?.startsWith('-') ? 'DESC' : 'ASC' };
}

/** What a click on a column's head asks for: ascending, then descending, then ascending. */
export function turned(order: StarOrder, field: StarOrderField): string {
  return order.field === field && order.direction === 'ASC' ? `-${field}` : field;
}

const fields: readonly StarOrderField[] = ['ID', 'TEFF', 'LOGG', 'FEH', 'SNR'];

/** The conditions in the address: teff.min, teff.max and so on, release, and the beginning of a name, or the whole of it with * within. */
function readFilter(params: URLSearchParams, name: string): StarFilter {
  const filter: Record<string, unknown> = {};
  for (const range of ranges) {
    const [min, max] = [typed(params.get(`${range}.min`)), typed(params.get(`${range}.max`))];
    if (min !== null || max !== null) filter[range] = { ...(min !== null && { min }), ...(max !== null && { max }) };
  }
  const release = params.get('release');
  if (release) filter.release = release;
  const prefix = name.trim().replace(/\*+$/, '');
  if (prefix.includes('*')) filter.namePattern = name.trim();
  else if (prefix) filter.namePrefix = prefix;
  return filter;
}
