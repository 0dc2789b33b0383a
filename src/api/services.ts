import type { Logger } from 'pino';
import type { Compute } from '../compute/compute.js';
import type { Settings } from '../config.js';
import type { Database } from '../storage/database.js';
import type { GridCache } from './spectrum/gridCache.js';

/** What all requests share. */
export interface Services {
  readonly db: Database;
  readonly compute: Compute;
  readonly settings: Settings;
  readonly grids: GridCache;
  readonly log: Logger;
  /** Why the archive cannot answer yet, or null; see readiness.ts. */
  readonly ready: () => Promise<string | null>;
}
