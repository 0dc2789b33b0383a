import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of the cache of set-up, which outlives node_modules. */
export function cacheFolder(name: string): string {
  return join(process.env.STARKIN_CACHE || join(homedir(), '.cache', 'starkin'), name);
}

/** Makes a folder under another name and renames it, unless it is there: two runs that meet here never see half of it. */
export async function makeOnce(folder: string, make: (folder: string) => Promise<unknown>): Promise<void> {
  if (existsSync(folder)) return;
  const partial = `${folder}.${process.pid}`;
  await mkdir(partial, { recursive: true });
  try {
    await make(partial);
    await chmod(partial, 0o755);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
