/**
 * A lock between processes, made of files in one folder, that a killed owner cannot leave behind.
 *
 * Every contender puts down a file of its own name, then looks around: it owns the lock when no other file belongs to a living process, else it
 * takes its file back and waits. Names are unique, so clearing a dead owner's file never hits a living one's. (A single lock file with a takeover
 * has that race: two waiters see the same dead owner, and the slower one removes the lock that the faster one has just taken.)
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** A process of another host or container cannot be looked up; its file counts for so long. */
const foreignOwnerMinutes = 30;

let serial = 0;
const held = new Set();

/**
 * Waits for the lock, works, and gives it back.
 * @template T
 * @param {string} folder made when it is missing
 * @param {(owner: string) => void} onWait told once, with the owner in words, when there is one to wait for
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, onWait, work) {
  const lock = await acquire(folder, onWait);
  try {
    return await work();
  } finally {
    held.delete(lock);
    rmSync(lock.path, { force: true });
  }
}

/**
 * Names the child processes that own every lock held here too. When this process is killed outright, its child goes on for a while, and the next
 * owner has to wait for that too: two `npm ci` in one folder destroy each other's work.
 * @param {readonly number[]} children
 */
export function shareLocks(children) {
  for (const lock of held) write(lock, [process.pid, ...children]);
}

async function acquire(folder, onWait) {
  mkdirSync(folder, { recursive: true });
  const lock = { folder, path: join(folder, `.setup-lock.${process.pid}.${serial++}`) };
  for (let told = false; ; ) {
    let owner = livingOwner(lock);
    if (!owner) {
      write(lock, [process.pid]);
      owner = livingOwner(lock);
      if (!owner) {
        held.add(lock);
        return lock;
      }
      rmSync(lock.path, { force: true });
    }
    if (!told) onWait(owner);
    told = true;
    // Random, or two contenders would step back from each other for ever.
    await new Promise((done) => setTimeout(done, 50 + 200 * Math.random()));
  }
}

function write(lock, pids) {
  const record = {
    host: hostname(),
    command: process.env.npm_lifecycle_event ? `npm run ${process.env.npm_lifecycle_event}` : 'setup',
    owners: pids.map((pid) => ({ pid, started: processStart(pid) })),
  };
  const draft = join(lock.folder, `.setup-draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, lock.path);
}

/** @returns who holds the lock, in words; null when nobody does */
function livingOwner(lock) {
  for (const name of readdirSync(lock.folder)) {
    const path = join(lock.folder, name);
    if (!name.startsWith('.setup-lock.') || path === lock.path) continue;
    const record = read(path);
    if (!record) continue;
    const age = (Date.now() - record.written) / 60_000;
    if (record.host !== hostname()) {
      if (age < foreignOwnerMinutes) return `${record.command} on ${record.host}, started ${age.toFixed(0)} min ago`;
    } else {
      const living = record.owners.find(({ pid, started }) => isAlive(pid, started));
      if (living) return `${record.command}, process ${living.pid}`;
    }
    rmSync(path, { force: true });
  }
  return null;
}

function read(path) {
  try {
    return { ...JSON.parse(readFileSync(path, 'utf8')), written: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** A pid alone would name another process after a while: the start time tells them apart, where the system has it. */
function isAlive(pid, started) {
  if (started !== null) return processStart(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** @returns {string | null} clock ticks since boot; null where there is no /proc, for a zombie and for no process at all */
function processStart(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : fields[19];
  } catch {
    return null;
  }
}
