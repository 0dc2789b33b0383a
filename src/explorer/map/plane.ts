import type { ProjectionKind } from '../generated/graphql';
import type { ColumnName } from './useStarMap';

export interface Axis {
  readonly column: ColumnName;
  readonly label: string;
  /** Larger values to the left or below, as astronomers draw Teff and log g. */
  readonly reversed: boolean;
}

/** What the map shows along x and y. */
export interface Plane {
  readonly name: string;
  readonly label: string;
  /** What is loaded for it. */
  readonly kind: ProjectionKind;
  readonly x: Axis;
  readonly y: Axis;
  /** One unit is as long along x as along y: distances mean something. */
  readonly square: boolean;
}

const axis = (column: ColumnName, label: string, reversed = false): Axis => ({ column, label, reversed });
const teff = axis('teff', 'Teff, K', true);
const logg = axis('logg', 'log g', true);
const feh = axis('feh', '[Fe/H], dex');

export const planes: readonly Plane[] = [
  {
    name: 'umap',
    label: 'Chemistry, UMAP',
    kind: 'UMAP',
    x: axis('x', 'UMAP 1'),
    y: axis('y', 'UMAP 2'),
    square: false,
  },
  {
    name: 'pca',
    label: 'Chemistry, PCA',
    kind: 'PCA',
    x: axis('x', 'First component'),
    y: axis('y', 'Second component'),
    square: true,
  },
  { name: 'kiel', label: 'Teff and log g', kind: 'PCA', x: teff, y: logg, square: false },
  { name: 'teff-feh', label: 'Teff and [Fe/H]', kind: 'PCA', x: teff, y: feh, square: false },
  {
    name: 'pc1-feh',
    label: '[Fe/H] and first component',
    kind: 'PCA',
    x: feh,
    y: axis('x', 'First component'),
    square: false,
  },
];

/** What points can be coloured by. */
export const labels: readonly { readonly column: ColumnName; readonly label: string; readonly digits: number }[] = [
  { column: 'feh', label: '[Fe/H], dex', digits: 2 },
  { column: 'teff', label: 'Teff, K', digits: 0 },
  { column: 'logg', label: 'log g', digits: 2 },
  { column: 'snr', label: 'S/N', digits: 0 },
];

/** Least and greatest of the middle 98 %: outliers must not take the colours of all others. */
export function middleRange(values: Float32Array): readonly [number, number] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) return [0, 1];
  const [low, high] = [0.01, 0.99].map((share) => sorted[Math.floor(share * (sorted.length - 1))]);
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}
