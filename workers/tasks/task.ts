import type { Compute } from '../../src/compute/compute.js';
import type { Settings } from '../../src/config.js';
import type { Report } from '../../src/domain/progress.js';
import type { Database } from '../../src/storage/database.js';
import type { NewPart, PartKind, RunPart } from '../../src/storage/runPart.js';

/** What every task works with. A task carries ids, never arrays; it is idempotent by key, so that a killed one simply runs again. */
export interface Workplace {
  readonly db: Database;
  readonly compute: Compute;
  readonly settings: Settings;
  /** The archive's folder, for scratch files and checkpoints. */
  readonly folder: string;
  /** Workers that share the archive's queue; absent where a task does all of it itself. */
  readonly crew?: Crew;
}

/** The workers of an archive on a server, to whom a task hands its parts; the same process may be among them. */
export interface Crew {
  /** Waits for the parts that an earlier attempt at the course's run handed out: they go on while nobody waits for them. */
  finish(course: TaskCourse, shown: ShownParts): Promise<void>;
  /**
   * Hands out parts of the course's run and waits for them, with progress.
   * @returns them, done
   * @throws JobError when one fails for good; the others are waited for first
   */
  share(kind: PartKind, parts: readonly NewPart[], course: TaskCourse, shown: ShownParts): Promise<RunPart[]>;
}

/** How the progress of parts is told. */
export interface ShownParts {
  readonly stage: string;
  readonly unit: string;
  readonly detail: string;
}

export interface TaskCourse {
  readonly report: Report;
  readonly signal: AbortSignal;
  /**
   * The row in `run` that this is done under: one that waits for this very task, or, `begun`, that of the task which this is a step of. Absent: nobody made
   * one yet.
   */
  readonly run?: { readonly id: number; readonly begun: boolean };
}
