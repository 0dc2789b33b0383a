import type { Logger } from 'pino';
import { type ChangeMarks, readChangeMarks } from '../../storage/changes.js';
import type { Database } from '../../storage/database.js';

type Topic = keyof ChangeMarks;

/**
 * Tells subscribers that something has changed. It looks for changes as long as anybody listens, in one statement for all of them: that works alike embedded and on a server, behind a pool and on a
 * replica, where LISTEN does not.
 */
export class Pulse {
  readonly #listeners: Readonly<Record<Topic, Set<() => void>>> = { runs: new Set(), releases: new Set() };
  #timer: NodeJS.Timeout | null = null;
  #marks: ChangeMarks | null = null;

  /** @param interval seconds between two looks */
  constructor(
    private readonly db: Database,
    private readonly interval: number,
    private readonly log: Logger,
  ) {}

  /** Yields at once, and then once after every change, or after several that came while the last one was being told. Ends with the signal. */
  async *changes(topic: Topic, signal: AbortSignal): AsyncGenerator<void, void, undefined> {
    let wake = () => {};
    let changed = true;
    const listener = () => {
      changed = true;
      wake();
    };
    this.#listeners[topic].add(listener);
    signal.addEventListener('abort', listener);
    this.#timer ??= this.#look();
    try {
      while (!signal.aborted) {
        if (changed) {
          changed = false;
          yield;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', listener);
      this.#listeners[topic].delete(listener);
    }
  }

  #look(): NodeJS.Timeout {
    return setTimeout(async () => {
      await this.#compare().catch((error: unknown) =>
        this.log.warn({ err: error }, 'no look for changes was possible'),
      );
      const listening = Object.values(this.#listeners).some(({ size }) => size > 0);
      this.#timer = listening ? this.#look() : null;
      if (!listening) this.#marks = null;
    }, 1000 * this.interval).unref();
  }

  async #compare(): Promise<void> {
    const marks = await readChangeMarks(this.db);
    const before = this.#marks;
    this.#marks = marks;
    // Who began to listen before the first look has seen what was there then.
    for (const topic of Object.keys(this.#listeners) as Topic[])
      if (before === null || before[topic] !== marks[topic]) for (const listener of this.#listeners[topic]) listener();
  }
}
