import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FileError, NotReadyError, StarkinError } from '../../domain/errors.js';
import type { Answer, Given, Question, Request } from './protocol.js';

/** The compiled program, from this file as source (under vitest) and as compiled code alike. */
const program = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/src/formats/reading/reader.js' : './reader.js',
    import.meta.url,
  ),
);
/** MB of JavaScript's heap: a row group of 240 MiB of Parquet (3,500 spectra of single precision) takes 1,100 of them. */
const HEAP = 2048;
/** Milliseconds that a process without a file is kept: to start one takes a quarter of a second. */
const KEPT = 10_000;

/** Processes without a file, of this thread. They do not keep it alive. */
const idle: ReadingProcess[] = [];

/** What is read, for errors, and the milliseconds that an answer may take. */
interface Use {
  readonly file: string;
  readonly limit: number;
}

/**
 * A process that decodes one file at a time. Libraries work without a pause, and what is damaged may keep them busy for ever or fill the memory: a thread
 * could be ended, but where memory ends in one, V8 ends the whole process, which may be the archive's server.
 */
export class ReadingProcess {
  private readonly child: ChildProcess;
  private use: Use = { file: '', limit: KEPT };
  private ended: string | null = null;
  private waiting: ((answer: Answer | null) => void) | null = null;
  private timer: NodeJS.Timeout | undefined;

  /** An idle one, or a new one. @throws NotReadyError when the project is not compiled */
  static take(use: Use): ReadingProcess {
    const process = idle.pop() ?? new ReadingProcess();
    clearTimeout(process.timer);
    process.use = use;
    return process;
  }

  private constructor() {
    if (!existsSync(program)) throw new NotReadyError(`${program}: the compiled project is not there`, 'npm run setup');
    this.child = fork(program, [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${HEAP}`],
      // V8 tells a page about memory that has ended, and libraries complain of what is damaged: the answer tells it in a line.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child.on('message', (answer) => this.settle(answer as Answer));
    this.child.once('exit', (code, signal) => this.end(signal ?? `code ${code}`));
    this.child.on('error', (error) => {
      if (this.child.pid === undefined) this.end(error.message);
    });
    this.rest();
  }

  /**
   * @param place what is read, for errors
   * @throws what the format throws; FileError also when the answer takes longer than the limit, or more memory than there may be
   */
  async ask<Asked extends Question>(question: Asked, place: string): Promise<Given[Asked['ask']]> {
    const answer = await this.exchange({ ...question, limit: this.use.limit });
    if (answer?.kind === 'given') return answer.value as Given[Asked['ask']];
    if (!answer) throw this.unanswered(place);
    if (answer.kind === 'failed') throw new Error(`${this.use.file}: ${answer.message}`);
    const { code, message, remedy, fault } = answer;
    throw fault ? new FileError(fault, remedy) : new StarkinError(code, message, remedy);
  }

  /** Closes its file; it is then kept for another one for a while. One that is in the middle of something is ended. */
  async release(): Promise<void> {
    if (this.waiting) this.child.kill('SIGKILL');
    else if (this.ended === null) await this.exchange({ ask: 'close', limit: KEPT });
    if (this.ended !== null || this.child.killed) return;
    idle.push(this);
    this.timer = setTimeout(() => {
      idle.splice(idle.indexOf(this), 1);
      this.child.disconnect();
    }, KEPT);
    this.timer.unref();
  }

  private unanswered(place: string): FileError {
    const { file, limit } = this.use;
    if (this.ended === 'SIGALRM')
      return new FileError(
        { file, place, expected: `what is read within ${limit / 1000} s`, found: 'what takes longer: it is damaged' },
        'fetch or write the file again',
      );
    return new FileError(
      {
        ...{ file, place, expected: `what is read within ${HEAP} MB of memory` },
        found: `what ended its reader (${this.ended}): it is damaged, or unpacks to too much at a time`,
      },
      'fetch or write the file again, with smaller chunks or row groups',
    );
  }

  private exchange(request: Request): Promise<Answer | null> {
    return new Promise((resolve) => {
      if (this.ended !== null) return resolve(null);
      this.child.ref();
      this.child.channel?.ref();
      this.waiting = resolve;
      // A failure to send is a process about to end, and told by its exit.
      this.child.send(request, () => {});
    });
  }

  private settle(answer: Answer | null): void {
    const { waiting } = this;
    this.waiting = null;
    this.rest();
    waiting?.(answer);
  }

  private rest(): void {
    this.child.unref();
    this.child.channel?.unref();
  }

  private end(how: string): void {
    this.ended ??= how;
    const at = idle.indexOf(this);
    if (at >= 0) idle.splice(at, 1);
    this.settle(null);
  }
}
