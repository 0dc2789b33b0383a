import type { Logger } from 'pino';
import type { Compute } from '../compute/compute.js';
import type { Settings } from '../config.js';
import type { Database } from '../storage/database.js';
import type { GridCache } from '../storage/gridCache.js';
import type { TwinPlanner } from '../storage/twinPlanner.js';
import type { ViewReads } from '../storage/viewReads.js';
import type { Budget } from './limits/budget.js';
import type { Metrics } from './operating/metrics.js';
import type { Acquaintance } from './twin/acquaintance.js';

/** What all requests share. */
export interface Services {
  readonly db: Database;
  readonly compute: Compute;
  readonly settings: Settings;
  readonly grids: GridCache;
  readonly planner: TwinPlanner;
  readonly acquaintance: Acquaintance;
  readonly views: ViewReads;
  readonly log: Logger;
  /** Base of every address in an answer, without a slash at its end. */
  readonly publicUrl: () => string;
  readonly metrics: Metrics;
  readonly budget: Budget;
  /** What the process itself knows of not being ready: that it is migrating, for example; or null. */
  readonly busy: () => string | null;
}

/** What one request shares with nobody: `db` ends its statements with it. */
export interface RequestServices extends Services {
  /** Ends when the client is gone or the request has taken too long. */
  readonly signal: AbortSignal;
}
