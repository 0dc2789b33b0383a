import { DivergenceError } from '../../domain/errors.js';
import type { Tensors } from '../artefact/tensors.js';

/** A reconstruction this many times worse than the first one read is no training any more: an untrained network is about as bad as the mean spectrum. */
const lost = 100;

/**
 * Tells a run that has gone astray, by a loss or weight that is no longer finite or by a reconstruction that the untrained network would beat. Ask before a
 * checkpoint is kept, so that the kept one is always good.
 */
export class Soundness {
  private first = Number.NaN;

  /** @param lastKept step of the last good checkpoint, 0 where there is none */
  constructor(public lastKept: number) {}

  /** @throws DivergenceError naming the step, the loss and what remains */
  requireLosses(losses: Readonly<Record<string, number>>, step: number): void {
    for (const [name, value] of Object.entries(losses))
      if (!Number.isFinite(value)) throw this.diverged(`the loss "${name}" is ${value}`, step);
    const { reconstructionLoss: loss } = losses;
    if (loss === undefined) return;
    if (Number.isNaN(this.first)) this.first = loss;
    if (loss > lost * this.first)
      throw this.diverged(
        `the reconstruction loss is ${loss.toPrecision(3)}, over ${lost} times the first one, ${this.first.toPrecision(3)}`,
        step,
      );
  }

  /** @throws DivergenceError naming the step, the tensor and what remains */
  requireFinite(tensors: Tensors, step: number): void {
    for (const [name, { values }] of Object.entries(tensors))
      for (let i = 0; i < values.length; i++)
        if (!Number.isFinite(values[i])) throw this.diverged(`${name} is no longer finite`, step);
  }

  private diverged(what: string, step: number): DivergenceError {
    const remains =
      this.lastKept > 0 ? `the checkpoint of step ${this.lastKept} is intact` : 'no checkpoint had been made';
    return new DivergenceError(
      `training diverged at step ${step}: ${what}; ${remains}`,
      'train with a lower rate (setting "rate")',
    );
  }
}
