import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { parseSync } from 'vite';

/** What the rules of the tree need to know about a source file. Paths are relative to the project, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** True where `process.env` is read; setting a variable for a library that reads its own is no reading. */
  readonly readsEnvironment: boolean;
}

/** An edge of the import graph: import, re-export, `import()` and `import('…').Type` alike. */
export interface Import {
  /** A file's path (its source, not the .js that is written), or a package's name with its subpath. */
  readonly target: string;
  readonly isPackage: boolean;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
}

/** Reads the .ts and .tsx files under the folders of a project. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => parseSource(relative(root, path).split(sep).join('/'), readFileSync(path, 'utf8')));
}

/** @throws Error when the text is no TypeScript, so that a file can never pass unread */
export function parseSource(path: string, text: string): SourceFile {
  const { module, program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const edge = (specifier: string, typeOnly: boolean, dynamic: boolean): Import => ({
    target: specifier.startsWith('.') ? sourceOf(posix.join(posix.dirname(path), specifier)) : specifier,
    isPackage: !specifier.startsWith('.'),
    typeOnly,
    dynamic,
  });
  const imports: Import[] = [
    ...module.staticImports.map(({ moduleRequest, entries }) =>
      edge(moduleRequest.value, entries.length > 0 && entries.every(({ isType }) => isType), false),
    ),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, isType }) => (moduleRequest ? [edge(moduleRequest.value, isType, false)] : [])),
    ),
  ];
  let readsEnvironment = false;
  visit(program, null, (node, parent) => {
    if (node.type === 'ImportExpression' && isText(node.source)) imports.push(edge(node.source.value, false, true));
    if (node.type === 'TSImportType' && isText(node.source)) imports.push(edge(node.source.value, true, false));
    if (isEnvironment(node) && !isAssigned(text, parent)) readsEnvironment = true;
  });
  return { path, lines: text.split('\n').length - 1, imports, readsEnvironment };
}

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<Record<string, unknown>>;

function visit(value: unknown, parent: Node | null, see: (node: Node, parent: Node | null) => void): void {
  if (Array.isArray(value)) for (const item of value) visit(item, parent, see);
  else if (isNode(value)) {
    see(value, parent);
    for (const child of Object.values(value)) visit(child, value, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function isText(value: unknown): value is { readonly value: string } {
  return isNode(value) && value.type === 'Literal' && typeof value.value === 'string';
}

function isEnvironment(node: Node): boolean {
  const { object, property } = node;
  return (
    node.type === 'MemberExpression' &&
    isNode(object) &&
    object.name === 'process' &&
    isNode(property) &&
    property.name === 'env'
  );
}

/** `process.env.NAME = …`; the member's own text ends where the assignment sign follows. */
function isAssigned(text: string, member: Node | null): boolean {
  return member?.type === 'MemberExpression' && /^\s*=[^=>]/.test(text.slice(member.end, member.end + 20));
}

function sourceOf(path: string): string {
  return path.replace(/\.js$/, '.ts').replace(/\.jsx$/, '.tsx');
}
