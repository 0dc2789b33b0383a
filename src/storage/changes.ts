import type { Database } from './database.js';

/** Marks that differ once something has changed; in one statement. */
export interface ChangeMarks {
  /** Of what is being done to the archive, and what was done of late. */
  readonly runs: string;
  /** Of the releases. */
  readonly releases: string;
}

/** The latest runs, whose every change is marked: earlier ones have ended. */
export const MARKED_RUNS = 200;

export async function readChangeMarks(db: Database): Promise<ChangeMarks> {
  const [marks] = await db.query<ChangeMarks>(
    `select
       (select coalesce(md5(string_agg(concat_ws(' ', id, state, heartbeat_at, ended_at, heartbeat_at < now() - interval '30 seconds'), ',' order by id)), '')
        from (select * from run order by id desc limit ${MARKED_RUNS}) as latest) as runs,
       (select coalesce(md5(string_agg(release::text, ',' order by id)), '') from data_release as release) as releases`,
  );
  return marks;
}
