import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../src/config.js';
import { keepLast } from '../storage/postgresServer.js';

interface Program {
  readonly command: string;
  readonly child: ChildProcess;
  readonly lastWords: () => string;
}

/** Programs of the command line that a benchmark runs beside itself. One that ends before its time fails whatever is being waited for. */
export class Programs {
  private readonly started: Program[] = [];
  private ending = false;
  private readonly ended = Promise.withResolvers<never>();

  constructor(private readonly env: NodeJS.ProcessEnv) {
    this.ended.promise.catch(() => {});
  }

  /** Starts one, and waits until it has written a sign. @returns its match */
  async start(command: string, sign: RegExp): Promise<RegExpExecArray> {
    const child = spawn(process.execPath, [join(projectRoot, 'bin', 'starkin.mjs'), command], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (!child.stderr) throw new Error('a program without stderr');
    const lastWords = keepLast(child.stderr);
    this.started.push({ command, child, lastWords });
    child.once('exit', (code, signal) => {
      if (!this.ending) this.ended.reject(new Error(`starkin ${command} ended with ${signal ?? `code ${code}`}`));
    });
    return this.during(
      new Promise((resolve) => {
        child.stderr?.on('data', () => {
          const found = sign.exec(lastWords());
          if (found) resolve(found);
        });
      }),
    );
  }

  /** The result of some work, unless a program ends meanwhile. */
  during<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.ended.promise]);
  }

  /** Of the one that was started with this command. */
  processId(command: string): number {
    const pid = this.started.find((program) => program.command === command)?.child.pid;
    if (pid === undefined) throw new Error(`starkin ${command} does not run`);
    return pid;
  }

  /** Seconds of processor time that all of one command, and their children that still run, have taken. */
  async processorTime(command: string): Promise<number> {
    const roots = this.started.filter((program) => program.command === command).map(({ child }) => child.pid ?? 0);
    const times = await Promise.all(roots.map(treeTime));
    return times.reduce((sum, time) => sum + time, 0);
  }

  /** The last words of each. */
  diagnosis(): string {
    return this.started
      .map(({ command, child, lastWords }) => `starkin ${command} (process ${child.pid}):\n${lastWords()}`)
      .join('\n');
  }

  async stop(): Promise<void> {
    this.ending = true;
    for (const { child } of this.started)
      if (child.exitCode === null && child.signalCode === null) {
        const exit = once(child, 'exit');
        child.kill('SIGTERM');
        await exit;
      }
  }
}

const TICKS_PER_SECOND = 100;

/** Of a process and its children, out of Linux's /proc; 0 where there is none. */
async function treeTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const own = stat ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : 0;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const times = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(treeTime));
  return times.reduce((sum, time) => sum + time, own);
}
