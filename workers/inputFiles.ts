import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileError, NotFoundError } from '../src/domain/errors.js';

/**
 * Files as given, and all files below the folders given, in a stable order; hidden ones are left out.
 * @throws NotFoundError for a path that is not there, FileError when nothing is found
 */
export async function listFiles(paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) files.push(...(await below(path)));
  if (!files.length) throw new FileError({ file: paths.join(', '), place: 'folder', expected: 'files', found: 'none' });
  return files;
}

async function below(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new NotFoundError('file or folder', path);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
