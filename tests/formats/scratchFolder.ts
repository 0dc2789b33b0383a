import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder of this test file's own, removed at its end. */
export function scratchFolder(): {
  path(name: string): string;
  write(name: string, bytes: Uint8Array | string): string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'starkin-formats-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return {
    path: (name) => join(folder, name),
    write(name, bytes) {
      writeFileSync(join(folder, name), bytes);
      return join(folder, name);
    },
  };
}

/** How many descriptors this process and its children hold on a file: some formats are read by processes of their own. */
export function openHandles(path: string): number {
  return [process.pid, ...childrenOf(process.pid)].reduce((sum, pid) => sum + handlesOf(pid, path), 0);
}

function handlesOf(pid: number, path: string): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).filter((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === path).length;
  } catch {
    return 0; // the child has ended
  }
}

function linkOf(descriptor: string): string | null {
  try {
    return readlinkSync(descriptor);
  } catch {
    return null; // the descriptor of the listing itself is gone by now
  }
}

/** The processes that one started, and that live. */
export function childrenOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const lists = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8'));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}
