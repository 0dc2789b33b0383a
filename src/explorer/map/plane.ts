import { type Quantity, quantityOf } from './quantity';

/** What the map shows along x and y. */
export interface Plane {
  /** Of a usual plane; null for axes that the reader chose. */
  readonly name: string | null;
  readonly x: Quantity;
  readonly y: Quantity;
  /** One unit is as long along x as along y: distances mean something. */
  readonly square: boolean;
}

interface UsualPlane {
  readonly name: string;
  readonly label: string;
  readonly x: string;
  readonly y: string;
}

const usual: readonly UsualPlane[] = [
  { name: 'umap', label: 'Chemistry, UMAP', x: 'umap1', y: 'umap2' },
  { name: 'pca', label: 'Chemistry, PCA', x: 'pca1', y: 'pca2' },
  { name: 'kiel', label: 'Teff and log g', x: 'teff', y: 'logg' },
  { name: 'teff-feh', label: 'Teff and [Fe/H]', x: 'teff', y: 'feh' },
  { name: 'pc1-feh', label: '[Fe/H] and first component', x: 'feh', y: 'pca1' },
  { name: 'mg-fe', label: '[Mg/Fe] and [Fe/H]', x: 'Fe', y: 'Mg' },
];

/** The usual planes that can be drawn where these species have abundances. */
export function usualPlanes(species: readonly string[]): readonly UsualPlane[] {
  return usual.filter(({ x, y }) => quantityOf(x, species) && quantityOf(y, species));
}

/** The plane that the address names: by two axes, or as a usual one; that by UMAP where it names none that there is. */
export function planeOf(params: URLSearchParams, species: readonly string[]): Plane {
  const [x, y] = ['x', 'y'].map((axis) => quantityOf(params.get(axis), species));
  const named = usualPlanes(species).find(({ name }) => name === params.get('plane')) ?? usual[0];
  const [first, second] = [x ?? quantityOf(named.x, species), y ?? quantityOf(named.y, species)] as [
    Quantity,
    Quantity,
  ];
  const like = usual.find((each) => each.x === first.name && each.y === second.name);
  return { name: like?.name ?? null, x: first, y: second, square: like?.name === 'pca' };
}

/** As files of it are called. */
export function planeFile({ name, x, y }: Plane): string {
  return `map-${name ?? `${x.name}-${y.name}`}`;
}
