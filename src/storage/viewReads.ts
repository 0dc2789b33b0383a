import type { Database } from './database.js';
import { readView, type View } from './view.js';

/**
 * Views for requests that come at the same time. One that comes while a view is being read waits for the next, which begins thereafter and is for all that wait: whatever was committed before a
 * request came is in its view, as if it had read one of its own, and a hundred requests cost two statements.
 */
export class ViewReads {
  /** The read at work, and the one after it, by the releases that are named. */
  readonly #current = new Map<string, Promise<View>>();
  readonly #next = new Map<string, Promise<View>>();

  constructor(private readonly db: Database) {}

  /** See `readView`. */
  read(named: readonly number[]): Promise<View> {
    const key = JSON.stringify(named);
    const current = this.#current.get(key);
    if (!current) return this.#begin(key, named);
    const next = this.#next.get(key) ?? current.catch(() => {}).then(() => this.#begin(key, named));
    this.#next.set(key, next);
    return next;
  }

  #begin(key: string, named: readonly number[]): Promise<View> {
    this.#next.delete(key);
    const view = readView(this.db, named);
    this.#current.set(key, view);
    const ended = () => {
      if (!this.#next.has(key)) this.#current.delete(key);
    };
    view.then(ended, ended);
    return view;
  }
}
