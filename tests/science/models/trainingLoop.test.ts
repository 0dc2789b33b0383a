import { describe, expect, it } from 'vitest';
import { TrainingError } from '../../../src/domain/errors.js';
import type { Tensors } from '../../../src/science/artefact/tensors.js';
import type { Checkpoint } from '../../../src/science/models/method.js';
import { type Plan, runTraining, type Trainee } from '../../../src/science/models/trainingLoop.js';
import { quietCourse } from './syntheticSurvey.js';

/** One weight that counts its steps, with losses and held-out figures that are functions of the count. */
class Counter implements Trainee {
  steps = 0;

  constructor(
    private readonly objective: (step: number) => number,
    private readonly loss: (step: number) => number = () => 1,
  ) {}

  async step(_rows: Int32Array, step: number, read: boolean) {
    this.steps++;
    return read ? { reconstructionLoss: this.loss(step) } : null;
  }

  async assess() {
    return { objective: this.objective(this.steps) };
  }

  result(): Tensors {
    return { steps: { shape: [1], values: Float32Array.of(this.steps) } };
  }

  state(): Tensors {
    return this.result();
  }

  restore({ steps }: Tensors) {
    this.steps = steps.values[0];
  }
}

/** 100 steps, a record every 5. */
const plan: Plan = {
  rows: Int32Array.from({ length: 10 }, (_, i) => i),
  batch: 2,
  steps: 100,
  identity: 1,
  patience: 0.2,
  patienceFrom: 0,
};

describe('the end of a training', () => {
  it('comes with the last step while records still improve, with the model of that step', async () => {
    const { tensors, history } = await runTraining(new Counter((step) => -step), plan, quietCourse());
    expect(history.length).toBe(20);
    expect(tensors.steps.values[0]).toBe(100);
  });

  it('comes when no record has been better for the patience, with the model of the best one', async () => {
    const trainee = new Counter((step) => Math.abs(step - 30));
    const told: (string | undefined)[] = [];
    const course = quietCourse({ report: ({ detail }) => told.push(detail) });
    const { tensors, history } = await runTraining(trainee, plan, course);
    expect(told.at(-1)).toContain('ended early: no better record');
    expect(trainee.steps).toBe(50);
    expect(history.at(-1)?.step).toBe(50);
    expect(tensors.steps.values[0]).toBe(30);
  });

  it('is not hastened by records from before the schedule has settled', async () => {
    const trainee = new Counter((step) => (step > 90 ? -1 : step));
    const { tensors } = await runTraining(trainee, { ...plan, patience: 0.1, patienceFrom: 0.8 }, quietCourse());
    expect([trainee.steps, tensors.steps.values[0]]).toEqual([90, 5]);
    const patient = new Counter((step) => (step > 85 ? -1 : step));
    await runTraining(patient, { ...plan, patience: 0.1, patienceFrom: 0.8 }, quietCourse());
    expect(patient.steps).toBe(100);
  });

  it('is the same when the run was interrupted after its best record', async () => {
    const objective = (step: number) => Math.abs(step - 30);
    const controller = new AbortController();
    let kept: Checkpoint | null = null;
    const interrupted = new Counter(objective, (step) => {
      if (step === 40) controller.abort(new Error('enough'));
      return 1;
    });
    const course = quietCourse({
      signal: controller.signal,
      checkpoint: async (state) => {
        kept = structuredClone(state);
      },
    });
    await expect(runTraining(interrupted, plan, course)).rejects.toThrow('enough');
    const resumed = new Counter(objective);
    const { tensors, history } = await runTraining(resumed, plan, quietCourse({ resumeFrom: kept }));
    expect([resumed.steps, tensors.steps.values[0], history.length]).toEqual([50, 30, 10]);
  });
});

describe('a training that goes astray', () => {
  it('ends with its step, and with the name of the loss that is not finite', async () => {
    const trainee = new Counter(
      (step) => -step,
      (step) => (step < 40 ? 1 : Number.NaN),
    );
    const run = runTraining(trainee, plan, quietCourse());
    await expect(run).rejects.toThrow(TrainingError);
    await expect(run).rejects.toThrow(
      'training diverged at step 40: the loss "reconstructionLoss" is NaN; no checkpoint had been made',
    );
  });

  it('ends when it has become far worse than it began, finite though it be', async () => {
    const trainee = new Counter(
      (step) => -step,
      (step) => (step < 60 ? 2 : 500),
    );
    await expect(runTraining(trainee, plan, quietCourse())).rejects.toThrow(
      /diverged at step 60: the reconstruction loss is 500, over 100 times the first one/,
    );
  });

  it('keeps no checkpoint of a state that is astray, and names the good one', async () => {
    const controller = new AbortController();
    let kept: Checkpoint | null = null;
    const course = quietCourse({
      signal: controller.signal,
      checkpoint: async (state) => {
        kept = structuredClone(state);
      },
    });
    const stopping = new Counter(
      (step) => -step,
      (step) => {
        if (step === 20) controller.abort(new Error('enough'));
        return 1;
      },
    );
    await expect(runTraining(stopping, plan, course)).rejects.toThrow('enough');
    expect(kept).toMatchObject({ step: 21 });

    let again = 0;
    const wild = new Counter(
      (step) => -step,
      () => Number.POSITIVE_INFINITY,
    );
    const resumed = quietCourse({
      resumeFrom: kept,
      checkpoint: async () => {
        again++;
      },
    });
    await expect(runTraining(wild, plan, resumed)).rejects.toThrow('the checkpoint of step 21 is intact');
    expect(again).toBe(0);
  });
});
