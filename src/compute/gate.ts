/** Lets a limited number of holders in at a time; the others wait in the order in which they came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(private readonly limit: number) {}

  /** Runs `work` once there is room. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside < this.limit) this.#inside++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside--;
    }
  }
}
