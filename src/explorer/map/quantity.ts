import type { ProjectionKind } from '../generated/graphql';

/** A number that is known of stars: what points are placed and coloured by. */
export interface Quantity {
  /** Of its column; what the address keeps. Abundances go by the symbol of the element. */
  readonly name: string;
  readonly label: string;
  readonly digits: number;
  /** Larger values to the left or below, as astronomers draw Teff and log g. */
  readonly reversed: boolean;
  /** What heads it in a list of choices. */
  readonly section: string;
}

const quantity = (section: string, name: string, label: string, digits: number, reversed = false): Quantity => ({
  name,
  label,
  digits,
  reversed,
  section,
});

const sections = { latent: 'Latent space', parameters: 'Parameters', abundances: 'Abundances, dex' } as const;

const fixedOnes: readonly Quantity[] = [
  quantity(sections.parameters, 'feh', '[Fe/H], dex', 2),
  quantity(sections.parameters, 'teff', 'Teff, K', 0, true),
  quantity(sections.parameters, 'logg', 'log g', 2, true),
  quantity(sections.parameters, 'snr', 'S/N', 0),
  quantity(sections.latent, 'umap1', 'UMAP 1', 2),
  quantity(sections.latent, 'umap2', 'UMAP 2', 2),
  quantity(sections.latent, 'pca1', 'First component', 2),
  quantity(sections.latent, 'pca2', 'Second component', 2),
];

/** All that may be chosen where these species have abundances. */
export function quantities(species: readonly string[]): readonly Quantity[] {
  return [...fixedOnes, ...species.map(abundance)];
}

/** The quantity of this name; null where there is none. */
export function quantityOf(name: string | null, species: readonly string[]): Quantity | null {
  return quantities(species).find((each) => each.name === name) ?? null;
}

function abundance(element: string): Quantity {
  // The catalogue has an [Fe/H] too.
  const label = element === 'Fe' ? '[Fe/H] by the model' : `[${element}/Fe]`;
  return quantity(sections.abundances, element, label, 2);
}

/** The projection that a column is of; null for what is known of a star wherever it lies. */
export function projectionOf(name: string): ProjectionKind | null {
  if (name.startsWith('umap')) return 'UMAP';
  return name.startsWith('pca') ? 'PCA' : null;
}

/** Stars that fall into kinds with names. */
export interface Grouping {
  /** Of its column. */
  readonly name: 'release' | 'hdbscan' | 'kmeans' | 'cluster' | 'binary';
  readonly label: string;
}

export const groupings: readonly Grouping[] = [
  { name: 'release', label: 'Release' },
  { name: 'hdbscan', label: 'Groups found by HDBSCAN' },
  { name: 'kmeans', label: 'Groups found by K-means' },
  { name: 'cluster', label: 'Known clusters' },
  { name: 'binary', label: 'Known binaries' },
];
