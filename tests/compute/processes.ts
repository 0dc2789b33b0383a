import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Ids of the running children of a process, from /proc where there is one: small Linux systems come without ps. */
export function childrenOf(parent: number): number[] {
  if (!existsSync('/proc/self/stat')) return fromPs(parent);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const { state, parent: of } = statusOf(pid);
      return of === parent && state !== 'Z';
    });
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The name, in parentheses, may hold anything; state and parent follow it. */
function statusOf(pid: number): { state: string; parent: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return { state: 'gone', parent: 0 };
  }
}

function fromPs(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' }).split('\n');
  const rows = lines.map((line) => line.trim().split(/\s+/));
  return rows.filter(([, of, name]) => Number(of) === parent && name !== 'ps').map(([pid]) => Number(pid));
}
