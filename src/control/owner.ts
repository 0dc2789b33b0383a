import type { TaskCourse, Workplace } from '../../workers/tasks/task.js';
import type { Activity, Outcome } from '../commands/command.js';
import { commands } from '../commands/registry.js';
import type { Compute } from '../compute/compute.js';
import { startCompute } from '../compute/pool.js';
import type { Config } from '../config.js';
import { NotFoundError } from '../domain/errors.js';
import type { ProgressEvent } from '../domain/progress.js';
import { type Archive, openArchive } from '../storage/archive.js';

/**
 * Owns an archive and works in it: the one process that has an embedded archive open, or any process beside a database server. Commands that
 * write run one at a time, in the order they came; commands that only read run at once.
 */
export class Owner {
  private archive: Promise<Archive> | null = null;
  private compute: Compute | null = null;
  private current: Activity | null = null;
  private lastWriter: Promise<unknown> = Promise.resolve();

  constructor(private readonly config: Config) {}

  /**
   * Opens the archive when it is first needed.
   * @throws BusyError when another process owns it, NotReadyError when there is none and `create` is false
   */
  async workplace(create: boolean): Promise<Workplace> {
    const { environment, settings } = this.config;
    this.archive ??= openArchive(environment, { create });
    const compute = this.compute ?? startCompute({ backend: environment.backend });
    this.compute = compute;
    const { db } = await this.archive;
    return { db, compute, settings, folder: environment.data };
  }

  /** Runs a command by name. Progress of a writer is kept, so that `status` can tell it. */
  async perform(name: string, request: unknown, course: TaskCourse): Promise<Outcome> {
    const command = commands.find((candidate) => candidate.name === name);
    if (!command) throw new NotFoundError('command', name, 'the running server may be of another version: restart it');
    const opened = this.archive !== null;
    const context = {
      config: this.config,
      workplace: () => this.workplace(command.archive === 'create'),
      migrated: async () => (opened ? [] : ((await this.archive)?.migrated ?? [])),
      activity: () => this.current,
    };
    if (!command.exclusive) return command.run(context, request, course);
    return this.inTurn(name, course, (observed) => command.run(context, request, observed));
  }

  async close(): Promise<void> {
    await this.lastWriter.catch(() => {});
    await this.compute?.close();
    await (await this.archive?.catch(() => null))?.close();
  }

  private async inTurn(
    name: string,
    course: TaskCourse,
    work: (course: TaskCourse) => Promise<Outcome>,
  ): Promise<Outcome> {
    if (this.current) course.report({ stage: `waiting for ${this.current.command}`, done: 0, total: 0, unit: '' });
    const before = this.lastWriter.catch(() => {});
    const turn = before.then(() => {
      course.signal.throwIfAborted();
      return work({ signal: course.signal, report: this.observe(name, course) }).finally(() => {
        this.current = null;
      });
    });
    this.lastWriter = turn;
    // Who is told to stop while waiting is answered now, not when the one before has ended.
    await Promise.race([before, aborted(course.signal)]);
    course.signal.throwIfAborted();
    return turn;
  }

  private observe(command: string, course: TaskCourse): (event: ProgressEvent) => void {
    const since = new Date();
    this.current = { command, since, stage: 'starting', done: 0, total: 0, unit: '' };
    return (event) => {
      const { stage, done, total, unit } = event;
      this.current = { command, since, stage, done, total, unit };
      course.report(event);
    };
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) =>
    signal.aborted ? done() : signal.addEventListener('abort', () => done(), { once: true }),
  );
}
