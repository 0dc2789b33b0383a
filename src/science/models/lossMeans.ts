/** Means of the losses read since the last record. */
export class LossMeans {
  private count = 0;
  private readonly sums = new Map<string, number>();

  add(losses: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(losses)) this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    this.count++;
  }

  present(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, sum / this.count]));
  }

  clear(): void {
    this.count = 0;
    this.sums.clear();
  }
}
