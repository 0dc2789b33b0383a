import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NotReadyError, StarkinError } from '../domain/errors.js';
import { type Report, silent } from '../domain/progress.js';
import { passOn } from './childLog.js';
import { fromFault } from './fault.js';
import type { Call, CallName, ChildOptions, Input, Message, Output, Reply } from './protocol.js';

/** The compiled program of a child, from this file as source (under vitest) and as compiled code alike: Node does not run this project's TypeScript. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/src/compute/child.js' : './child.js', import.meta.url),
);
/** A child that does not go by itself within this time (ms) is killed. */
const GRACE = 10_000;

/**
 * Arrays that come and go fill what V8 lets a heap of 28 MB grow by with every batch that is encoded; where it may be four times as large there is one collection for three, and
 * a spectrum takes a fifth less of the processors (the pauses, too, wait for threads: two encoders on four cores kept each other from theirs).
 */
const COLLECTING = ['--heap-growing-percent=300'];

const words: Record<CallName, string> = {
  check: 'checking a training request',
  prepare: 'preparing a training',
  train: 'training',
  try: 'trying a lambda',
  load: 'loading a model',
  encode: 'encoding',
  decode: 'decoding',
  decodeResidual: 'recasting',
  recast: 'recasting',
  metricFor: 'fitting a metric',
  loadMetric: 'loading the metric of a model',
  trainAbundances: 'training an estimator of abundances',
  loadAbundances: 'loading an estimator of abundances',
  estimateAbundances: 'estimating abundances',
  rank: 'ranking twins',
  compare: 'comparing stars',
  standardise: 'taking a spectrum to the grid of a model',
};

interface Pending {
  readonly name: CallName;
  readonly report: Report;
  resolve(output: Output<CallName>): void;
  reject(error: Error): void;
}

/**
 * One child process that owns TensorFlow, seen from the parent. When it dies, for whatever reason, the calls in flight are rejected with a
 * StarkinError that says so; it is not started again: its owner starts another.
 */
export class ComputeChild {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  #calls = 0;
  #ended = false;
  #ending: Promise<void> | null = null;

  /** @throws NotReadyError when the project is not compiled */
  constructor(options: ChildOptions) {
    if (!existsSync(program)) throw new NotReadyError(`${program}: the compiled project is not there`, 'npm run setup');
    this.#process = fork(program, [JSON.stringify(options)], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // tfjs-node calls util.isArray; nothing else is silenced.
      execArgv: ['--disable-warning=DEP0044', ...COLLECTING],
    });
    passOn(this.#process.stdout);
    passOn(this.#process.stderr);
    this.#process.on('message', (reply) => this.#receive(reply as Reply));
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#end(signal ? `was ended by signal ${signal}` : `ended with code ${code}`);
        resolve();
      });
      // Could not be started at all, or a message could not be sent; in the second case 'exit' follows.
      this.#process.on('error', (error) => {
        if (this.#process.pid !== undefined) return;
        this.#end(`could not be started: ${error.message}`);
        resolve();
      });
    });
  }

  /** False once the process has ended or was asked to. */
  get usable(): boolean {
    return !this.#ended && this.#ending === null;
  }

  /** @throws whatever the child threw, of the same class; StarkinError NOT_READY when the child ends before it answers */
  call<Name extends CallName>(name: Name, input: Input<Name>, report: Report = silent): Promise<Output<Name>> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { name, report, resolve: resolve as Pending['resolve'], reject });
      if (this.#ended) this.#end('had ended before');
      else this.post({ kind: name, id, input } as Call);
    });
  }

  post(message: Message): void {
    // A failure to send is a process about to end, and told by its exit.
    this.#process.send(message, () => {});
  }

  /** Ends the process, whatever it has in hand. Resolves when it is gone. */
  end(): Promise<void> {
    this.#ending ??= this.#finish();
    return this.#ending;
  }

  /** Asks it to stop the call in hand and to keep what is needed to resume; kills it when that takes too long. */
  abort(): void {
    this.post({ kind: 'abort' });
    this.#killLater();
  }

  async #finish(): Promise<void> {
    this.#end('was closed');
    if (this.#process.connected) this.#process.disconnect();
    this.#killLater();
    await this.#exited;
  }

  #killLater(): void {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), GRACE);
    this.#exited.then(() => clearTimeout(timer));
  }

  #receive(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (!pending) return;
    if (reply.kind === 'progress') {
      pending.report(reply.event);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'fault') pending.reject(fromFault(reply.fault));
    else pending.resolve(reply.output);
  }

  #end(how: string): void {
    this.#ended = true;
    const remedy = how.includes('SIGKILL') ? 'run it again; mostly this means that memory ran out' : 'run it again';
    for (const { name, reject } of this.#pending.values())
      reject(
        new StarkinError(
          'NOT_READY',
          `the compute process (pid ${this.#process.pid}) ${how} while ${words[name]}`,
          remedy,
        ),
      );
    this.#pending.clear();
  }
}
