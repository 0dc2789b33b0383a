/**
 * A lock between processes that a `kill -9` cannot leave behind. The lock is a folder of numbered symbolic links, whose targets tell the owner
 * (making a link is atomic, exclusive, and brings its content with it). The highest number counts and never falls:
 * - free, or the owner dead: whoever manages to make the next number owns the lock, and removes the lower ones;
 * - releasing makes the next number with the target 'free' and removes one's own.
 * A slow rival that still makes a number below the highest sees so afterwards and yields. Rejected: one lock file that is removed when its
 * owner is dead, since two rivals can both see it dead, and the second removes the first one's new lock.
 */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { BusyError } from '../domain/errors.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  /** Boot and start time of the process, which tell it from a later one of the same number; null where /proc is missing. */
  readonly started: string | null;
  readonly host: string;
}

const FREE = 'free';

/**
 * Takes the lock.
 * @param path its folder, made when it is missing
 * @throws BusyError naming the process that holds it
 */
export async function lockDirectory(path: string): Promise<DirectoryLock> {
  await mkdir(path, { recursive: true });
  const me = JSON.stringify({ pid: process.pid, started: startOf(process.pid), host: hostname() } satisfies Owner);
  for (;;) {
    const highest = (await numbers(path)).at(-1) ?? 0;
    if (highest > 0) await assertFree(path, highest);
    const mine = highest + 1;
    if (!(await makeLink(me, join(path, String(mine))))) continue;
    const present = await numbers(path);
    if (present.at(-1) !== mine) {
      await rm(join(path, String(mine)), { force: true });
      continue;
    }
    for (const lower of present.slice(0, -1)) await rm(join(path, String(lower)), { force: true });
    return { release: () => release(path, mine) };
  }
}

async function release(path: string, mine: number): Promise<void> {
  await makeLink(FREE, join(path, String(mine + 1)));
  await rm(join(path, String(mine)), { force: true });
}

async function assertFree(path: string, number: number): Promise<void> {
  const link = join(path, String(number));
  const target = await readlink(link).catch(() => FREE); // removed meanwhile: a rival is at work, and the next step sees it
  if (target === FREE) return;
  const owner = JSON.parse(target) as Owner;
  if (owner.host !== hostname())
    throw new BusyError(
      `${path} is held by process ${owner.pid} on host ${owner.host}`,
      `end that process; if that host is gone, remove ${link}`,
    );
  if (isAlive(owner))
    throw new BusyError(
      `the archive in ${dirname(path)} is in use by process ${owner.pid}`,
      'wait until that ends, or stop it; or set STARKIN_DATA to another folder',
    );
}

async function numbers(path: string): Promise<number[]> {
  const names = await readdir(path);
  return names
    .map(Number)
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
}

/** @returns false when the name is taken */
async function makeLink(target: string, path: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === null || startOf(pid) === started;
}

/** null where /proc is missing; 'ended' for a process that is dead but not yet waited for by its parent. */
function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5): after the name in parentheses come the state (field 3) and, as field 22, the start in clock ticks since boot.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [STATE, START] = [0, 19];
    return 'ZX'.includes(fields[STATE]) ? 'ended' : `${boot} ${fields[START]}`;
  } catch {
    return null;
  }
}
