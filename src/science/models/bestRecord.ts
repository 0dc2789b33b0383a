import type { Tensors } from '../artefact/tensors.js';
import type { EpochRecord } from './method.js';

const prefix = 'best:';

/**
 * The record of least `objective` so far, with the model as it was then: what a run hands back. A one-cycle schedule mostly ends on its best record; a constant
 * rate, or a survey too small for its epochs, does not.
 */
export class BestRecord {
  private tensors: Tensors | null = null;
  private record: EpochRecord | null = null;

  /** As an earlier part of the run left it. */
  static restored(history: readonly EpochRecord[], kept: Tensors): BestRecord {
    const best = new BestRecord();
    for (const record of history) if (best.beatenBy(record)) best.record = record;
    const own = Object.entries(kept).filter(([name]) => name.startsWith(prefix));
    if (own.length) best.tensors = Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
    return best;
  }

  /** Takes the record and the model in hand when they are better than all before. */
  consider(record: EpochRecord, model: () => Tensors): void {
    if (!this.beatenBy(record)) return;
    this.record = record;
    this.tensors = model();
  }

  /** How many steps ago the best record was made, counted from `from` on at the earliest. */
  age(step: number, from: number): number {
    return step - Math.max(from, this.record?.step ?? step);
  }

  get model(): Tensors | null {
    return this.tensors;
  }

  /** The model under names of its own, for a checkpoint. */
  toTensors(): Tensors {
    return Object.fromEntries(Object.entries(this.tensors ?? {}).map(([name, tensor]) => [prefix + name, tensor]));
  }

  private beatenBy(record: EpochRecord): boolean {
    return this.record === null || record.objective < this.record.objective;
  }
}
