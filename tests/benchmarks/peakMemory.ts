import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const SAMPLE_MS = 100;
const KB_PER_MB = 1024;

/** The largest resident memory of a process from now on: Linux keeps it and forgets it when told to (proc(5), clear_refs); elsewhere it is looked at ten times a second. */
export class PeakMemory {
  private sampled = 0;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly pid: number) {}

  static async of(pid: number): Promise<PeakMemory> {
    const peak = new PeakMemory(pid);
    if (existsSync(`/proc/${pid}/clear_refs`)) await writeFile(`/proc/${pid}/clear_refs`, '5');
    else peak.timer = setInterval(() => void peak.sample(), SAMPLE_MS);
    return peak;
  }

  /** MB; ends the looking. */
  async end(): Promise<number> {
    if (this.timer) {
      clearInterval(this.timer);
      await this.sample();
      return this.sampled / KB_PER_MB;
    }
    const [, most] = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${this.pid}/status`, 'utf8')) ?? [];
    return Number(most) / KB_PER_MB;
  }

  private async sample(): Promise<void> {
    const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(this.pid)]);
    this.sampled = Math.max(this.sampled, Number(stdout));
  }
}
