import { setImmediate } from 'node:timers/promises';
import { TrainingError } from '../../domain/errors.js';
import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';
import { Random } from '../networks/random.js';
import { BestRecord } from './bestRecord.js';
import { LossMeans } from './lossMeans.js';
import type { Course, EpochRecord } from './method.js';
import { Soundness } from './soundness.js';
import { describeProgress } from './trainingProgress.js';

/** Networks in training, as the loop sees them. What a step draws at random depends on the seed and the step's number alone. */
export interface Trainee {
  /** @returns the losses of this step when they are asked for */
  step(rows: Int32Array, step: number, read: boolean): Promise<Readonly<Record<string, number>> | null>;
  /** Figures on held-out rows; `objective` (see heldOut.ts) decides which record is the best. */
  assess(): Promise<EpochRecord>;
  /** The model as it stands: what `load` takes. */
  result(): Tensors;
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
  /** Share of the run without a better record after which it ends; 1: never. */
  readonly patience: number;
  /**
   * Share of the run before which patience is not counted. With a one-cycle schedule it is .8, where the rate has fallen to a tenth: until then records do not tell.
   * Measured, compact FaderDis on 5,000 simulated spectra, 2,160 steps: held-out chi² stood at 40 from a tenth of the run to a third and leakage at 2.9 bits to two
   * thirds; they ended at 12 and .5 bits. With a constant rate it is 0.
   */
  readonly patienceFrom: number;
}

/** Reading a loss waits for the device: every 20th step costs nothing that can be measured. */
const stepsBetweenReadings = 20;
const msBetweenBreaths = 50;
const msBetweenReports = 500;
/** Less than the 60 s promised, since a step and the writing itself come on top. */
const msBetweenCheckpoints = 45_000;
/** A record in a history every 5 % of the run, and every 1,000 steps of a long one: 10 minutes of the paper's autoencoder. */
const records = 20;
const stepsBetweenRecords = 1000;

/**
 * Runs the steps of a plan: shuffles each epoch, reports, keeps the history, and hands over checkpoints at most 60 s apart and one when it is stopped.
 * A run that goes on from a checkpoint takes the very steps that it would have taken.
 * @returns the model of the best record, and the history. The run ends before its last step when no record has been better for `patience` of it.
 * @throws TrainingError when the run goes astray (see Soundness), or the checkpoint is another run's
 */
export async function runTraining(
  trainee: Trainee,
  plan: Plan,
  course: Course,
): Promise<{ readonly tensors: Tensors; readonly history: EpochRecord[] }> {
  const { steps, batch, rows } = plan;
  const stepsPerEpoch = Math.floor(rows.length / batch);
  const recordEvery = Math.max(stepsPerEpoch, Math.min(Math.ceil(steps / records), stepsBetweenRecords));
  const history: EpochRecord[] = [...(course.resumeFrom?.history ?? [])];
  const first = resume(trainee, plan, course);
  const best = BestRecord.restored(history, course.resumeFrom?.tensors ?? {});
  const soundness = new Soundness(first);
  const losses = new LossMeans();
  const started = performance.now();
  let [breathed, reported, kept] = [started, 0, started];
  let order = new Int32Array(0);

  const checkpoint = async (step: number) => {
    const tensors = trainee.state();
    soundness.requireFinite(tensors, step);
    const own = { ...tensors, ...best.toTensors(), [identityName]: identityOf(plan) };
    await course.checkpoint({ step, tensors: own, history: [...history] });
    [kept, soundness.lastKept] = [performance.now(), step];
  };

  // A run that goes on from a model is no better than that until its record says so.
  if (first === 0 && course.startFrom) {
    const record = { step: 0, epoch: 0, ...(await trainee.assess()) };
    history.push(record);
    best.consider(record, () => trainee.result());
  }
  for (let step = first, ended = step === steps; !ended; ) {
    const place = step % stepsPerEpoch;
    if (place === 0 || step === first) order = shuffled(rows, course.seed, Math.floor(step / stepsPerEpoch));
    const counted = step % stepsBetweenReadings === 0 || step + 1 === steps;
    // A checkpoint is only made of networks whose losses have just been seen to be sound.
    const due = performance.now() - kept > msBetweenCheckpoints || course.signal.aborted;
    const figures = await trainee.step(order.subarray(place * batch, (place + 1) * batch), step, counted || due);
    if (figures) soundness.requireLosses(figures, step);
    if (figures && counted) losses.add(figures);
    step++;
    ended = step === steps;

    if (step % recordEvery === 0 || ended) {
      const record = { step, epoch: step / stepsPerEpoch, ...losses.present(), ...(await trainee.assess()) };
      history.push(record);
      best.consider(record, () => trainee.result());
      losses.clear();
      ended ||= best.age(step, plan.patienceFrom * steps) >= plan.patience * steps;
    }
    const now = performance.now();
    if (now - reported > msBetweenReports || ended) {
      const rate = (1000 * (step - first)) / (now - started);
      const epochs = { done: Math.floor(step / stepsPerEpoch), total: Math.floor(steps / stepsPerEpoch) };
      const detail = describeProgress(losses.present(), history.at(-1), {
        samplesPerSecond: rate * batch,
        secondsLeft: ended ? 0 : (steps - step) / rate,
      });
      const early = ended && step < steps ? ', ended early: no better record' : '';
      course.report({ stage: 'train', ...epochs, unit: 'epochs', detail: detail + early });
      reported = now;
    }
    if (now - breathed > msBetweenBreaths) {
      await setImmediate();
      breathed = performance.now();
    }
    if (due || course.signal.aborted) await checkpoint(step);
    course.signal.throwIfAborted();
  }
  const tensors = best.model ?? trainee.result();
  soundness.requireFinite(tensors, history.at(-1)?.step ?? steps);
  return { tensors, history };
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
