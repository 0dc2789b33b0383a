import type { StarMapQueryVariables } from '../generated/graphql';
import { quantityOf } from './quantity';

/** Which columns a page is asked for. */
export type Asked = Omit<StarMapQueryVariables, 'kind' | 'after'>;

/** Nothing but where a page stands. */
const nothing: Asked = {
  stars: false,
  plane: false,
  parameters: false,
  species: [],
  abundances: false,
  release: false,
  groups: false,
  groupKind: 'FOUND',
  groupMethod: null,
};

/** How the stars themselves are asked for, with their places and parameters. */
export const beginning = { ...nothing, stars: true, plane: true, parameters: true };

/** How the stars of another projection are asked for, whose order may be another. */
export const otherPlane = { ...nothing, stars: true, plane: true };

const groups: Readonly<Record<string, Pick<StarMapQueryVariables, 'groupKind' | 'groupMethod'>>> = {
  hdbscan: { groupKind: 'FOUND', groupMethod: 'HDBSCAN' },
  kmeans: { groupKind: 'FOUND', groupMethod: 'KMEANS' },
  cluster: { groupKind: 'CLUSTER', groupMethod: null },
  binary: { groupKind: 'BINARY', groupMethod: null },
};

/** How columns are asked for, several species or one column of names at a time. */
export function furtherColumns(names: readonly string[]): Asked {
  const [first] = names;
  if (first === 'release') return { ...nothing, release: true };
  if (groups[first]) return { ...nothing, groups: true, ...groups[first] };
  return { ...nothing, abundances: true, species: [...names] };
}

/** Whether a column holds names and not numbers. */
export function isNames(column: string): boolean {
  return column === 'release' || column in groups;
}

/** All that a view needs, in one question. @param names of its columns */
export function wholeQuestion(names: readonly string[]): Asked {
  const species = [...new Set(names)].filter((name) => !isNames(name) && !quantityOf(name, []));
  const grouped = names.filter((name) => name in groups).map((name) => ({ groups: true, ...groups[name] }));
  return {
    ...beginning,
    ...Object.assign({}, ...grouped),
    release: names.includes('release'),
    abundances: species.length > 0,
    species,
  };
}
