import { setImmediate } from 'node:timers/promises';
import { TrainingError } from '../../domain/errors.js';
import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';
import { Random } from '../networks/random.js';
import type { Course, EpochRecord } from './method.js';
import { describeProgress } from './trainingProgress.js';

/** Networks in training, as the loop sees them. What a step draws at random depends on the seed and the step's number alone. */
export interface Trainee {
  /** @returns the losses of this step when they are asked for */
  step(rows: Int32Array, step: number, read: boolean): Promise<Readonly<Record<string, number>> | null>;
  /** Figures on held-out rows. */
  assess(): Promise<EpochRecord>;
  state(): Tensors;
  restore(state: Tensors): void;
}

export interface Plan {
  /** Rows to learn from. */
  readonly rows: Int32Array;
  readonly batch: number;
  readonly steps: number;
  /** A number that two runs share only when they would do the same: a checkpoint of another run is refused. */
  readonly identity: number;
}

/** Reading a loss waits for the device: every 20th step costs nothing that can be measured. */
const stepsBetweenReadings = 20;
const msBetweenBreaths = 50;
const msBetweenReports = 500;
/** Less than the 60 s promised, since a step and the writing itself come on top. */
const msBetweenCheckpoints = 45_000;
/** Records in a history: one every 5 % of the run. */
const records = 20;

/**
 * Runs the steps of a plan: shuffles each epoch, reports, keeps the history, and hands over checkpoints at most 60 s apart and one when it is stopped.
 * A run that goes on from a checkpoint takes the very steps that it would have taken.
 * @throws TrainingError when a loss or a weight is no longer finite, or the checkpoint is another run's
 */
export async function runTraining(trainee: Trainee, plan: Plan, course: Course): Promise<EpochRecord[]> {
  const { steps, batch, rows } = plan;
  const stepsPerEpoch = Math.floor(rows.length / batch);
  const recordEvery = Math.max(stepsPerEpoch, Math.ceil(steps / records));
  const history: EpochRecord[] = [...(course.resumeFrom?.history ?? [])];
  const first = resume(trainee, plan, course);
  const losses = new Averages();
  const started = performance.now();
  let [breathed, reported, kept] = [started, 0, started];
  let order = new Int32Array(0);
  let lastKept = first;

  const checkpoint = async (step: number) => {
    const tensors = trainee.state();
    requireFinite(tensors, step, lastKept);
    await course.checkpoint({ step, tensors: { ...tensors, [identityName]: identityOf(plan) }, history: [...history] });
    [kept, lastKept] = [performance.now(), step];
  };

  for (let step = first; step < steps; ) {
    const place = step % stepsPerEpoch;
    if (place === 0 || step === first) order = shuffled(rows, course.seed, Math.floor(step / stepsPerEpoch));
    const read = step % stepsBetweenReadings === 0 || step + 1 === steps;
    const figures = await trainee.step(order.subarray(place * batch, (place + 1) * batch), step, read);
    if (figures) losses.add(figures, step, lastKept);
    step++;

    if (step % recordEvery === 0 || step === steps) {
      history.push({ step, epoch: step / stepsPerEpoch, ...losses.means(), ...(await trainee.assess()) });
      losses.clear();
    }
    const now = performance.now();
    if (now - reported > msBetweenReports || step === steps) {
      const rate = (1000 * (step - first)) / (now - started);
      const epochs = { done: Math.floor(step / stepsPerEpoch), total: Math.floor(steps / stepsPerEpoch) };
      const detail = describeProgress(losses.means(), history.at(-1), rate, steps - step);
      course.report({ stage: 'train', ...epochs, unit: 'epochs', detail });
      reported = now;
    }
    if (now - breathed > msBetweenBreaths) {
      await setImmediate();
      breathed = performance.now();
    }
    if (now - kept > msBetweenCheckpoints) await checkpoint(step);
    if (course.signal.aborted) {
      await checkpoint(step);
      course.signal.throwIfAborted();
    }
  }
  requireFinite(trainee.state(), steps, lastKept);
  return history;
}

const identityName = 'run/identity';

function identityOf(plan: Plan) {
  return { shape: [1], values: Float64Array.of(plan.identity) };
}

/** @returns the step to go on from */
function resume(trainee: Trainee, plan: Plan, course: Course): number {
  const kept = course.resumeFrom;
  if (!kept) return 0;
  if (expectTensor(kept.tensors, identityName, [1], 'checkpoint').values[0] !== plan.identity)
    throw new TrainingError(
      'training: expected a checkpoint of this run, found one of other settings, another seed or other spectra',
      'train without --resume',
    );
  trainee.restore(kept.tensors);
  return kept.step;
}

function shuffled(rows: Int32Array, seed: number, epoch: number): Int32Array<ArrayBuffer> {
  return new Random(seed, 0x0e90c, epoch).permutation(rows.length).map((index) => rows[index]);
}

function requireFinite(tensors: Tensors, step: number, lastKept: number): void {
  for (const [name, { values }] of Object.entries(tensors))
    if (!(values as Float32Array).every(Number.isFinite)) throw diverged(`${name} is no longer finite`, step, lastKept);
}

function diverged(what: string, step: number, lastKept: number): TrainingError {
  const remains = lastKept > 0 ? `the checkpoint of step ${lastKept} is intact` : 'no checkpoint had been made';
  return new TrainingError(
    `training diverged at step ${step}: ${what}; ${remains}`,
    'train with a lower rate (setting "rate")',
  );
}

/** Means of the losses read since the last record. */
class Averages {
  private count = 0;
  private readonly sums = new Map<string, number>();

  add(figures: Readonly<Record<string, number>>, step: number, lastKept: number): void {
    for (const [name, value] of Object.entries(figures)) {
      if (!Number.isFinite(value)) throw diverged(`the loss "${name}" is ${value}`, step, lastKept);
      this.sums.set(name, (this.sums.get(name) ?? 0) + value);
    }
    this.count++;
  }

  means(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.sums].map(([name, sum]) => [name, sum / this.count]));
  }

  clear(): void {
    this.count = 0;
    this.sums.clear();
  }
}
