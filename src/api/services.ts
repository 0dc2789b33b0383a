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
  /** What the process itself knows of not being ready: that it is migrating, for example; or null. */
  readonly busy: () => string | null;
}
