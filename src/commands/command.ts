import type { Command as Declaration } from 'commander';
import type { TaskCourse, Workplace } from '../../workers/tasks/task.js';
import type { Config } from '../config.js';

/**
 * One command of the command line. `declare` says what it takes; `request` turns what was typed into plain JSON with absolute paths, so that it can be handed to the process that owns the archive; `run` does it, there
 * or here, with the same outcome. A new command is a file beside this one and a line in registry.ts.
 */
export interface Command<Request = unknown> {
  /** One or two words: 'ingest', 'release publish'. */
  readonly name: string;
  readonly summary: string;
  /** 'create': opens or creates the archive; 'existing': never creates one; 'none': needs none. */
  readonly archive: 'create' | 'existing' | 'none';
  /** True when it writes: such commands run one at a time. */
  readonly exclusive: boolean;
  declare(declaration: Declaration): void;
  /** @throws InputError naming the argument, what was expected and what was found */
  request(positional: readonly string[], options: Readonly<Record<string, unknown>>): Request;
  run(context: CommandContext, request: Request, course: TaskCourse): Promise<Outcome>;
}

export interface CommandContext {
  readonly config: Config;
  /** Opens what the command needs of the archive; only commands whose `archive` is not 'none' may ask. */
  workplace(): Promise<Workplace>;
  /** Names of the migrations that were applied when the archive was opened for this command; none where it was open before. */
  migrated(): Promise<readonly string[]>;
  /** What the owner of the archive is doing at this moment, for `status`. */
  activity(): Activity | null;
}

/** A task in progress. */
export interface Activity {
  readonly command: string;
  readonly since: Date;
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

export interface Outcome {
  /** 0 all done, 1 some input failed and the rest is stored, 2 nothing done. */
  readonly exitCode: 0 | 1 | 2;
  /** For people, on stdout. */
  readonly text: string;
  /** For machines: what --json prints on stdout. */
  readonly data: unknown;
}
