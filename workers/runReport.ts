import type { ProgressEvent, Report } from '../src/domain/progress.js';
import type { RunProgress } from '../src/storage/run.js';

/** How often a row is written while its task works: one small update a second. */
const EVERY_MS = 1000;
/** The rate is that of so many seconds past. */
const RATE_SAMPLES = 10;

/**
 * Keeps the row of a run, or of a part of one, up to date: its progress, its rate, and that it is alive. Progress comes at any moment, also from within a transaction that must
 * not be waited for: it is only kept, and a timer writes it.
 */
export class RunReport {
  private latest: ProgressEvent | null = null;
  private samples: { stage: string; at: number; done: number }[] = [];
  private writing: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly note: (progress: RunProgress | null) => Promise<void>,
    private readonly onward: Report,
  ) {
    this.timer = setInterval(() => this.write(), EVERY_MS);
    this.timer.unref();
  }

  readonly report: Report = (event) => {
    this.latest = event;
    this.onward(event);
  };

  /** Writes no more, once the last has been written. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    if (this.latest) this.write();
    await this.writing;
  }

  private write(): void {
    const progress = this.progress();
    // A database that is away fails the task itself, with a better message.
    this.writing = this.writing.then(() => this.note(progress)).catch(() => {});
  }

  private progress(): RunProgress | null {
    if (!this.latest) return null;
    const { stage, done, total, unit, detail } = this.latest;
    if (this.samples.at(-1)?.stage !== stage) this.samples = [];
    this.samples = [...this.samples, { stage, at: performance.now(), done }].slice(-RATE_SAMPLES);
    const [first, last] = [this.samples[0], this.samples[this.samples.length - 1]];
    const seconds = (last.at - first.at) / 1000;
    const rate = seconds > 0 ? (last.done - first.done) / seconds : null;
    return { stage, done, total, unit, rate, ...(detail === undefined ? {} : { detail }) };
  }
}
