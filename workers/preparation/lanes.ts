import {
  isRefusal,
  LocalReader,
  type Part,
  type PartOptions,
  type PartReader,
  type PreparedSpectrum,
  type RecordHead,
  type Refusal,
} from './part.js';
import { type PreparationThread, withThread } from './threads.js';

/** What became of a record: prepared; there already; or refused. Or the fault that ended a part. */
export type Outcome =
  | { readonly kind: 'prepared'; readonly head: RecordHead; readonly prepared: PreparedSpectrum }
  | { readonly kind: 'known'; readonly head: RecordHead }
  | { readonly kind: 'refused'; readonly source: string; readonly refusal: Refusal; readonly head: RecordHead | null };

/** Which of the records are stored already, so that they need not be prepared. */
export type IsStored = (heads: readonly RecordHead[]) => Promise<readonly boolean[]>;

/** Parts read or waiting to be stored at a time, for each lane: what is held is then some 12 MB a part at most, as it is stored. */
const AHEAD = 2;

/**
 * Reads parts side by side and yields what becomes of their records, in the parts' order, whoever is done first: what is stored does not depend on the
 * number of lanes. With one lane everything happens in this thread.
 */
export async function* prepareAll(
  parts: readonly Part[],
  options: PartOptions,
  lanes: number,
  isStored: IsStored,
  signal: AbortSignal,
): AsyncGenerator<Outcome[]> {
  if (lanes <= 1) {
    for (const part of parts) yield* readPart(new LocalReader(part, options), part, isStored, signal);
    return;
  }
  const shelves = parts.map(() => new Shelf());
  const waiting: (() => void)[] = [];
  let begun = 0;
  let taken = 0;
  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const lane = async (thread: PreparationThread) => {
    for (;;) {
      while (begun < parts.length && begun >= taken + lanes * AHEAD)
        await new Promise<void>((resolve) => waiting.push(resolve));
      if (begun >= parts.length) return;
      // Not a mere return: whoever waits for the parts that nobody reads any more is to know.
      signal.throwIfAborted();
      const at = begun++;
      await thread.open(parts[at], options);
      for await (const outcomes of readPart(thread, parts[at], isStored, signal)) shelves[at].put(outcomes);
      shelves[at].end();
    }
  };
  const working = Promise.all(Array.from({ length: Math.min(lanes, parts.length) }, () => withThread(lane)));
  working.catch((error) => {
    for (const shelf of shelves) shelf.fail(error);
  });
  try {
    for (const shelf of shelves) {
      yield* shelf.take();
      taken++;
      wake();
    }
    await working;
  } finally {
    begun = parts.length;
    wake();
    await working.catch(() => {});
  }
}

async function* readPart(
  reader: PartReader,
  { file }: Part,
  isStored: IsStored,
  signal: AbortSignal,
): AsyncGenerator<Outcome[]> {
  try {
    for (;;) {
      signal.throwIfAborted();
      const heads = await reader.next();
      if (!heads) return;
      if (isRefusal(heads)) {
        yield [{ kind: 'refused', source: file, refusal: heads, head: null }];
        return;
      }
      const stored = await isStored(heads);
      const prepared = await reader.prepare(stored.map((is) => !is));
      yield heads.map((head, i): Outcome => {
        const found = prepared[i];
        if (!found) return { kind: 'known', head };
        return isRefusal(found)
          ? { kind: 'refused', source: head.source, refusal: found, head }
          : { kind: 'prepared', head, prepared: found };
      });
    }
  } finally {
    await reader.close();
  }
}

/** Outcomes of one part, put there as they come and taken in their order. */
class Shelf {
  private readonly held: Outcome[][] = [];
  private state: 'open' | 'ended' | { error: unknown } = 'open';
  private notify = () => {};

  put(outcomes: Outcome[]): void {
    this.held.push(outcomes);
    this.notify();
  }

  end(): void {
    if (this.state === 'open') this.state = 'ended';
    this.notify();
  }

  fail(error: unknown): void {
    if (this.state === 'open') this.state = { error };
    this.notify();
  }

  async *take(): AsyncGenerator<Outcome[]> {
    for (;;) {
      const next = this.held.shift();
      if (next) yield next;
      else if (this.state === 'ended') return;
      else if (this.state !== 'open') throw this.state.error;
      else
        await new Promise<void>((resolve) => {
          this.notify = resolve;
        });
    }
  }
}
