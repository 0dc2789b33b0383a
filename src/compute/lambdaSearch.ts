import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TrainingError } from '../domain/errors.js';
import { planOf } from '../science/latents/modelDesign.js';
import { firstLambdas, nextLambda, type Trial, type Tuning, tuningOf } from '../science/models/tuning.js';
import type { TrainCourse, TrainRequest } from './compute.js';
import { Gate } from './gate.js';
import { trainingFiles, writeAtomically } from './trainingFolder.js';

/** Runs one trial in a child of its own. */
type RunTrial = (lambda: number, course: Pick<TrainCourse, 'report' | 'signal'>) => Promise<Trial>;

const keptSchema = z.object({
  spool: z.string(),
  trials: z.array(
    z.object({
      lambda: z.number(),
      figures: z.object({ reconstruction: z.number(), leakageBits: z.number(), objective: z.number() }).nullable(),
    }),
  ),
});

/**
 * Searches the weight of disentanglement by short runs on the prepared samples, some of them side by side. Each is kept in the folder when it ends, so that a
 * killed search goes on with the ones that are missing.
 * @param sideBySide trials at a time
 * @throws TrainingError when every trial diverged
 */
export async function searchLambda(
  request: TrainRequest,
  course: TrainCourse,
  sideBySide: number,
  run: RunTrial,
): Promise<Tuning> {
  const { settings, method } = planOf(request);
  const centre = method.tunable?.lambda(settings) ?? 0;
  const search = new Search(course, await spoolOf(course.folder));
  await search.restore();
  await search.try(firstLambdas(centre), sideBySide, run);
  for (let lambda = nextLambda(centre, search.trials); lambda !== null; lambda = nextLambda(centre, search.trials))
    await search.try([lambda], 1, run);
  return tuningOf(search.trials);
}

/** The trials of one search, finished and to come. */
class Search {
  trials: Trial[] = [];
  private total = 0;
  /** One write after another: two trials may end together. */
  private writing = Promise.resolve();

  constructor(
    private readonly course: TrainCourse,
    /** Identifies the spectra. */
    private readonly spool: string,
  ) {}

  /** What an earlier search on the same spectra finished. */
  async restore(): Promise<void> {
    const text = await readFile(this.file, 'utf8').catch(() => null);
    if (text === null) return;
    try {
      const { spool, trials } = keptSchema.parse(JSON.parse(text));
      if (spool === this.spool) this.trials = trials;
    } catch {
      // Damaged: the trials are run again.
    }
  }

  /** Adds the trials of these lambdas that are missing. The first that fails, other than by divergence, stops the others. */
  async try(lambdas: readonly number[], sideBySide: number, run: RunTrial): Promise<void> {
    const missing = lambdas.filter((lambda) => !this.trials.some((trial) => trial.lambda === lambda));
    this.total = this.trials.length + missing.length;
    const gate = new Gate(sideBySide);
    const stop = new AbortController();
    const signal = AbortSignal.any([this.course.signal, stop.signal]);
    await Promise.allSettled(
      missing.map((lambda) =>
        gate.through(async () => {
          signal.throwIfAborted();
          try {
            const report: TrainCourse['report'] = ({ detail }) => this.tell(`lambda ${lambda}: ${detail ?? ''}`);
            await this.keep(await run(lambda, { report, signal }));
          } catch (error) {
            stop.abort(error);
            throw error;
          }
        }),
      ),
    );
    this.course.signal.throwIfAborted();
    stop.signal.throwIfAborted();
  }

  private async keep(trial: Trial): Promise<void> {
    this.trials.push(trial);
    this.writing = this.writing.then(() =>
      writeAtomically(this.file, JSON.stringify({ spool: this.spool, trials: this.trials })),
    );
    await this.writing;
    this.tell(
      trial.figures
        ? `lambda ${trial.lambda}: objective ${trial.figures.objective.toFixed(3)}`
        : `lambda ${trial.lambda}: diverged`,
    );
  }

  private tell(detail: string): void {
    this.course.report({ stage: 'tune', done: this.trials.length, total: this.total, unit: 'trials', detail });
  }

  private get file(): string {
    return join(this.course.folder, trainingFiles.trials);
  }
}

async function spoolOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, trainingFiles.spool), 'utf8').catch(() => null);
  if (text === null)
    throw new TrainingError(
      `${folder}: expected a complete spool of training spectra, found none`,
      'train without --resume',
    );
  return z.object({ id: z.string() }).parse(JSON.parse(text)).id;
}
