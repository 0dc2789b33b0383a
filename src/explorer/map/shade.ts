import { middleRange } from './middleRange';
import { cycle, NAMED_COLOURS, ramp } from './palette';
import { type Grouping, groupings, type Quantity, quantityOf } from './quantity';
import type { Names, StarTable } from './starTable';

/** What points are coloured by: a number along a ramp, or a name by its own colour. */
export type Shade =
  | {
      readonly by: 'number';
      readonly quantity: Quantity;
      readonly low: number;
      readonly high: number;
      readonly values: Float32Array;
    }
  | {
      readonly by: 'name';
      readonly grouping: Grouping;
      readonly ranked: readonly Ranked[];
      readonly names: Names;
      readonly rank: readonly number[];
    };

/** A name with how many stars have it, most first. */
export interface Ranked {
  readonly name: string;
  readonly stars: number;
}

/** What the address names to colour by; [Fe/H] where it names nothing that there is. */
export function shadeName(params: URLSearchParams, species: readonly string[]): string {
  const name = params.get('colour');
  return (groupings.find((each) => each.name === name) ?? quantityOf(name, species))?.name ?? 'feh';
}

/** @returns null while its column has not come */
export function shadeOf(name: string, table: StarTable): Shade | null {
  const grouping = groupings.find((each) => each.name === name);
  if (grouping) return table.names[name] ? byName(grouping, table.names[name]) : null;
  const quantity = quantityOf(name, table.species);
  const values = table.columns[name];
  if (!quantity || !values) return null;
  const [low, high] = middleRange(values);
  return { by: 'number', quantity, low, high, values };
}

function byName(grouping: Grouping, names: Names): Shade {
  const counts = names.names.map(() => 0);
  for (const place of names.places) if (place >= 0) counts[place]++;
  const order = [...counts.keys()].sort((a, b) => counts[b] - counts[a]);
  const rank: number[] = [];
  for (const [i, place] of order.entries()) rank[place] = i;
  const ranked = order.map((place) => ({ name: names.names[place], stars: counts[place] }));
  return { by: 'name', grouping, ranked, names, rank };
}

/** Of each point its place in the palette, 0 to 1; NaN where there is nothing to colour it by. */
export function placesInPalette(shade: Shade): Float32Array {
  if (shade.by === 'number') {
    const { values, low, high } = shade;
    return values.map((each) => Math.min(1, Math.max(0, (each - low) / (high - low))));
  }
  return shade.names.places.map((place) => (shade.rank[place] % NAMED_COLOURS) / 255);
}

/** The 256 colours of a palette. */
export function paletteOf(shade: Shade | null, theme: 'dark' | 'light'): Uint8Array {
  return shade?.by === 'name' ? cycle(theme) : ramp(theme);
}

/** The label and value of one star, for the reader. */
export function shadeOfStar(shade: Shade, row: number, written: (value: number, digits: number) => string): string {
  if (shade.by === 'number') return `${written(shade.values[row], shade.quantity.digits)} ${shade.quantity.label}`;
  return shade.names.names[shade.names.places[row]] ?? 'none';
}
