import type { Database } from './database.js';
import { APPLICATION, IDLE_TRANSACTION_MS } from './server.js';

/**
 * Ends copies whose client has fallen silent. A process that is stopped in the middle of a COPY, or whose host is lost, keeps what its transaction
 * holds, and no timeout of Postgres ends that: to the server the statement is active. Even dropping another database waits for it.
 */
export class SilentCopies {
  /** When each copy was first met with as many bytes as it has now, ms. */
  private since = new Map<string, number>();

  /** @param patience for how long a copy may take in nothing, ms */
  constructor(
    private readonly db: Database,
    private readonly patience = IDLE_TRANSACTION_MS,
  ) {}

  /** To be called again and again: one look alone does not tell a silent client from one between two messages. @returns how many were ended now */
  async end(): Promise<number> {
    const now = performance.now();
    const silent = [...this.since].filter(([, since]) => now - since >= this.patience).map(([copy]) => copy);
    const copies = await this.db.query<{ copy: string; ended: boolean | null }>(
      `with waiting as (
         select a.pid, concat_ws(' ', a.pid, a.query_start, c.bytes_processed) as copy
         from pg_stat_progress_copy c join pg_stat_activity a using (pid)
         where c.datname = current_database() and c.command = 'COPY FROM' and a.usename = current_user
           and a.application_name = $2 and a.wait_event = 'ClientRead')
       select copy, case when copy = any($1::text[]) then pg_terminate_backend(pid) end as ended from waiting`,
      [silent, APPLICATION],
    );
    this.since = new Map(copies.map(({ copy }) => [copy, this.since.get(copy) ?? now]));
    return copies.filter(({ ended }) => ended).length;
  }
}
