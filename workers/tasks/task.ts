import type { Compute } from '../../src/compute/compute.js';
import type { Settings } from '../../src/config.js';
import type { Report } from '../../src/domain/progress.js';
import type { Database } from '../../src/storage/database.js';

/** What every task works with. A task carries ids, never arrays; it is idempotent by key, so that a killed one simply runs again. */
export interface Workplace {
  readonly db: Database;
  readonly compute: Compute;
  readonly settings: Settings;
  /** The archive's folder, for scratch files and checkpoints. */
  readonly folder: string;
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
