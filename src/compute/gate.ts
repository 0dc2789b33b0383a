/** Lets a limited number of holders in at a time; the others wait in the order in which they came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(private readonly limit: number) {}

  /** How many are inside, and how many wait. */
  get load(): { readonly working: number; readonly waiting: number } {
    return { working: this.#inside, waiting: this.#waiting.length };
  }

  /** Runs `work` once there is room, unless the signal has said by then that nobody waits for it. @throws the signal's reason */
  async through<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#inside < this.limit) this.#inside++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      signal?.throwIfAborted();
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }
}
