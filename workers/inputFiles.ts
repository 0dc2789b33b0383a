import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NotFoundError, StarkinError } from '../src/domain/errors.js';

/** The files that paths name, and the paths that name none. */
export interface InputFiles {
  readonly files: readonly string[];
  readonly faults: readonly { readonly path: string; readonly fault: StarkinError }[];
}

/**
 * Files as given, and all files below the folders given, in a stable order; hidden ones are left out, links are followed.
 * @throws NotFoundError when not one of the paths names a file
 */
export async function listFiles(paths: readonly string[]): Promise<InputFiles> {
  const files: string[] = [];
  const faults: { path: string; fault: StarkinError }[] = [];
  for (const path of paths) {
    const found = await below(path);
    if (found instanceof StarkinError) faults.push({ path, fault: found });
    else files.push(...found);
  }
  if (!files.length && faults.length) throw faults[0].fault;
  return { files, faults };
}

async function below(path: string): Promise<string[] | StarkinError> {
  const found = await stat(path).catch(() => null);
  if (!found) return new NotFoundError('file or folder', path);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return files.length ? files : new NotFoundError('file below', path);
}
