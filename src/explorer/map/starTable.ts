import type { ProjectionKind, StarMapQuery } from '../generated/graphql';
import { decoded } from '../spectrum/useSpectrum';
import { isNames } from './columnQuestion';
import { projectionOf } from './quantity';

/** What one of several names fits each star, by its place in `names`; NaN where none does. */
export interface Names {
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly places: Float32Array;
}

/** Every star of the archive that was laid out, column by column. */
export interface StarTable {
  /** The projection whose order of stars it has. */
  readonly kind: ProjectionKind;
  readonly model: string;
  /** How many stars there are in all; ids holds those that have come. */
  readonly stars: number;
  readonly ids: readonly string[];
  /** Symbols of the elements that have abundances. */
  readonly species: readonly string[];
  readonly explainedVariance: readonly number[] | null;
  readonly columns: Readonly<Record<string, Float32Array>>;
  readonly names: Readonly<Record<string, Names>>;
  /** Where its pages ended, which tells one computation of a projection from another. */
  readonly cursors: readonly string[];
}

export type Page = NonNullable<StarMapQuery['projection']>;

/** The table with another page of the stars at its end. */
export function joined(table: StarTable | null, page: Page): StarTable {
  const { kind, model, stars, explainedVariance } = page;
  const prefix = kind.toLowerCase();
  const { x, y, teff, logg, feh, snr } = page;
  const parts = { [`${prefix}1`]: x, [`${prefix}2`]: y, teff, logg, feh, snr };
  const columns = Object.fromEntries(
    Object.entries(parts).flatMap(([name, part]) =>
      part === undefined ? [] : [[name, appended(table?.columns[name], decoded(part))]],
    ),
  );
  return {
    kind,
    model,
    stars,
    explainedVariance,
    ids: [...(table?.ids ?? []), ...(page.ids ?? []).map(String)],
    species: page.known?.map(({ element }) => element) ?? table?.species ?? [],
    columns,
    names: {},
    cursors: [...(table?.cursors ?? []), page.pageInfo.endCursor ?? ''],
  };
}

/** The table with a further column. @param pages of the same stars in the same order */
export function withColumns(table: StarTable, column: string, pages: readonly Page[]): StarTable {
  if (!isNames(column)) {
    const parts = pages.map(({ abundances }) => abundances?.find(({ element }) => element === column)?.value ?? []);
    const values = parts.map(decoded).reduce(appended, new Float32Array());
    return { ...table, columns: { ...table.columns, [column]: values } };
  }
  const told = pages.flatMap(({ release, groups: found }) => release ?? found ?? []);
  return { ...table, names: { ...table.names, [column]: told.reduce(namesJoined, noNames) } };
}

/** The table with the places of its stars in another projection; unknown for those that are not in it. */
export function withPlane(table: StarTable, other: StarTable): StarTable {
  const rowOf = new Map(other.ids.map((id, row) => [id, row]));
  const aligned = (name: string): [string, Float32Array] => [
    name,
    Float32Array.from(table.ids, (id) => other.columns[name][rowOf.get(id) ?? -1] ?? Number.NaN),
  ];
  const added = Object.keys(other.columns).filter((name) => projectionOf(name) === other.kind);
  return {
    ...table,
    columns: { ...table.columns, ...Object.fromEntries(added.map(aligned)) },
    explainedVariance: table.explainedVariance ?? other.explainedVariance,
  };
}

const noNames: Names = { names: [], keys: [], places: new Float32Array() };

/** Pages have names of their own: the same key is the same name. */
function namesJoined(all: Names, page: NonNullable<Page['release']>): Names {
  const names = [...all.names];
  const keys = [...all.keys];
  const placeOf = page.keys.map((key, i) => {
    const known = keys.indexOf(String(key));
    if (known >= 0) return known;
    names.push(page.names[i]);
    return keys.push(String(key)) - 1;
  });
  const places = decoded(page.index).map((place) => placeOf[place] ?? Number.NaN);
  return { names, keys, places: appended(all.places, places) };
}

function appended(a: Float32Array = new Float32Array(), b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
