import type { Import, SourceFile } from './sourceFile.js';

/** What each part of the tree may import from the project, besides itself. The direction of data is the direction of imports. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/config': ['src/domain'],
  'src/formats': ['src/domain'],
  'src/science': ['src/domain'],
  'src/storage': ['src/domain'],
  'src/compute': ['src/science', 'src/domain'],
  'src/intake': ['src/formats', 'src/domain'],
  'src/api': ['src/storage', 'src/domain'],
  'src/archive': ['src/storage', 'src/domain'],
  'src/explorer': [],
  workers: ['src/storage', 'src/compute', 'src/science', 'src/formats', 'src/domain', 'src/config'],
};

/** Parts that put the others together: they may import each of them, and only they may import each other. */
const compositions = ['src/commands', 'src/control', 'src/server', 'src/cli'];

/** Single edges beyond the table: settings reach the layers as values, so their types may be named. */
function isGranted(from: string, { target, typeOnly }: Import): boolean {
  if (target === 'src/compute/compute.ts' || target === 'src/intake/intake.ts') return from === 'src/api';
  return target === 'src/config.ts' && typeOnly && (from === 'src/api' || from === 'src/storage');
}

/** Packages that belong to one part of the tree; a longer prefix is listed before a shorter one. */
const packageHomes: readonly { readonly prefix: string; readonly homes: readonly string[] }[] = [
  { prefix: '@tensorflow/', homes: ['src/science', 'src/compute'] },
  { prefix: '@electric-sql/', homes: ['src/storage'] },
  { prefix: 'pg', homes: ['src/storage'] },
  { prefix: 'pg-boss', homes: ['workers'] },
  { prefix: 'type-graphql', homes: ['src/api'] },
  { prefix: '@apollo/', homes: ['src/api'] },
  { prefix: 'h5wasm', homes: ['src/formats'] },
  { prefix: 'react', homes: ['src/explorer'] },
];

/** Files that may read the environment. */
const environmentReaders = ['src/config.ts', 'src/cli.ts', 'src/server.ts'];

const drawers = /(^|\/)(utils?|helpers?|common|misc|shared)(\.tsx?$|\/)/i;
const longest = 400;

/** Everything that is against the rules of the tree, one sentence each; empty when all is well. */
export function faults(files: readonly SourceFile[]): string[] {
  return [
    ...files.flatMap((file) => file.imports.flatMap((edge) => edgeFault(file.path, edge) ?? [])),
    ...files
      .filter(({ path, readsEnvironment }) => readsEnvironment && !environmentReaders.includes(path))
      .map(({ path }) => `${path} reads process.env`),
    ...files
      .filter(({ path }) => drawers.test(path))
      .map(({ path }) => `${path} is a drawer: name it for what it holds`),
    ...files
      .filter(({ path, lines }) => lines > longest && !path.includes('/generated/'))
      .map(({ path, lines }) => `${path} has ${lines} lines, more than ${longest}`),
    ...cycles(files).map((cycle) => `import cycle: ${cycle.join(' -> ')}`),
  ];
}

function edgeFault(path: string, edge: Import): string | null {
  const from = partOf(path);
  if (edge.isPackage) {
    const home = packageHomes.find(
      ({ prefix }) => edge.target === prefix || edge.target.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`),
    );
    return home && !home.homes.includes(from)
      ? `${path} imports ${edge.target}, which belongs to ${home.homes.join(', ')}`
      : null;
  }
  const to = partOf(edge.target);
  if (from === to || isGranted(from, edge)) return null;
  if (to === 'src/cli' || (to === 'src/server' && !(from === 'src/cli' && edge.dynamic)))
    return `${path} imports ${edge.target}: nothing may`;
  const allowed = compositions.includes(from) || mayImport[from]?.includes(to);
  return allowed ? null : `${path} imports ${edge.target}: ${from} may not import ${to}`;
}

/** 'src/science' of src/science/basis/….ts, 'src/cli' of src/cli.ts, 'workers' of workers/tasks/….ts. */
function partOf(path: string): string {
  const [top, second = ''] = path.split('/');
  return top === 'src' ? `src/${second.replace(/\.tsx?$/, '')}` : (top ?? '');
}

/** One cycle for each file at which a depth-first walk comes back to where it is; types count, as a reader follows them too. */
function cycles(files: readonly SourceFile[]): string[][] {
  const edges = new Map(
    files.map(({ path, imports }) => [path, imports.filter(({ isPackage }) => !isPackage).map(({ target }) => target)]),
  );
  const found: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const walk = (path: string): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of edges.get(path) ?? []) walk(target);
    trail.pop();
    done.add(path);
  };
  for (const path of edges.keys()) walk(path);
  return found;
}
