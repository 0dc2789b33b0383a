import type { Database } from './database.js';
import { NEVER } from './revision.js';

/** Revisions of a release, both included. */
export interface Revisions {
  readonly from: number;
  readonly to: number;
}

/** Those that are seen now or from the next publication on. */
export function fromNowOn({ revision }: { readonly revision: number }): Revisions {
  return { from: revision, to: NEVER };
}

/** The revision of a release that showed other spectra than the one that is seen now, the last of these; 0: there is none. */
export async function revisionBefore(
  db: Database,
  { id, revision }: { readonly id: number; readonly revision: number },
): Promise<number> {
  const [{ changed }] = await db.query<{ changed: number | null }>(
    `select greatest(max(s.revision) filter (where s.revision <= $2), max(s.until) filter (where s.until <= $2)) as changed
     from spectrum s where s.release_id = $1`,
    [id, revision],
  );
  return changed === null ? 0 : changed - 1;
}

/** Number of spectra that are seen in any of these revisions of a release and did not go through a model. */
export async function countUnencoded(
  db: Database,
  modelId: string,
  releaseId: number,
  { from, to }: Revisions,
): Promise<number> {
  const [{ count }] = await db.query<{ count: number }>(
    `select count(*)::int as count from spectrum s
     where s.release_id = $2 and s.until > $3 and s.revision <= $4 and not exists (
       select 1 from latent l
       where l.model_id = $1 and l.star_id = s.star_id and l.release_id = s.release_id and l.visit = s.visit and l.revision = s.revision)`,
    [modelId, releaseId, from, to],
  );
  return count;
}
