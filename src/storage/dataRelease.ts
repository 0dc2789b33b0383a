import { ConflictError, InputError, NotFoundError } from '../domain/errors.js';
import type { Database } from './database.js';
import { renewStatistics } from './statistics.js';

/**
 * A named set of spectra. Rows are stored with revision `latest + 1` and become visible when `publish` raises `revision` to that: new spectra of
 * a published release, and those that come in the place of others, stay unseen until its next publication.
 */
export interface Release {
  readonly id: number;
  readonly name: string;
  readonly state: 'draft' | 'published' | 'withdrawn';
  readonly simulated: boolean;
  /** Seen, even when published, by those alone whose token names it. */
  readonly proprietary: boolean;
  /** What is seen of it: rows of a greater revision are not, nor are those that were replaced by then (revision.ts). */
  readonly revision: number;
  /** Greatest revision that was ever published: above `revision` after a way back. */
  readonly latest: number;
  /** What is staged of it, of a draft all, is being thrown away (discard): nothing comes in, and nothing of it is published, before that is done. */
  readonly discarding: boolean;
  readonly createdAt: Date;
  /** First publication: the release published last is the newest. */
  readonly publishedAt: Date | null;
}

/** The columns of a Release, for the modules that read it along with other things. */
export const RELEASE_COLUMNS =
  'id, name, state, simulated, proprietary, revision, latest, discarding, created_at as "createdAt", published_at as "publishedAt"';

/**
 * The release of this name, made as a draft when there is none.
 * @throws ConflictError when it exists, but as the other of simulated and observed: the two are never mixed
 */
export async function ensureRelease(db: Database, name: string, options: { simulated: boolean }): Promise<Release> {
  if (name.trim() !== name || name === '') throw new InputError('release', 'a name without blanks around it', name);
  await db.query('insert into data_release (name, simulated) values ($1, $2) on conflict (name) do nothing', [
    name,
    options.simulated,
  ]);
  const release = await findRelease(db, name);
  if (release.simulated !== options.simulated) throw mixtureOf(name, release.simulated);
  return release;
}

/** Why simulated and observed spectra cannot be in one release; `simulated` says what it holds. */
export function mixtureOf(release: string, simulated: boolean): ConflictError {
  const [held, given] = simulated ? ['simulated', 'observed'] : ['observed', 'simulated'];
  return new ConflictError(
    `release "${release}" holds ${held} spectra, and these are ${given}`,
    'name another release',
  );
}

/** @throws NotFoundError */
export async function findRelease(db: Database, name: string): Promise<Release> {
  const [release] = await db.query<Release>(`select ${RELEASE_COLUMNS} from data_release where name = $1`, [name]);
  if (!release) throw new NotFoundError('release', name, 'npx starkin release list');
  return release;
}

/** All releases, the one made last first. */
export async function listReleases(db: Database): Promise<Release[]> {
  return db.query<Release>(`select ${RELEASE_COLUMNS} from data_release order by id desc`);
}

/** Makes a release, with everything staged in it, visible in one update. @throws NotFoundError */
export async function publish(db: Database, releaseId: number): Promise<Release> {
  const release = await change(
    db,
    `state = 'published', revision = latest + 1, latest = latest + 1, revised_at = now(), published_at = coalesce(published_at, now())`,
    releaseId,
  );
  await renewStatistics(db);
  return release;
}

/** Keeps a release for those alone whose token names it, or opens it to all; it counts once the release is published. @throws NotFoundError */
export async function setProprietary(db: Database, releaseId: number, proprietary: boolean): Promise<Release> {
  return change(db, `proprietary = ${proprietary}`, releaseId);
}

/** Hides a published release; `publish` shows it again. @throws NotFoundError, ConflictError for a draft */
export async function withdraw(db: Database, releaseId: number): Promise<Release> {
  const [found] = await db.query<Pick<Release, 'name' | 'state'>>(
    'select name, state from data_release where id = $1',
    [releaseId],
  );
  if (found?.state === 'draft') throw new ConflictError(`release "${found.name}" is a draft: it is not visible`);
  return change(db, `state = 'withdrawn'`, releaseId);
}

/** Shows a published release as it was in an earlier revision; what came after that is staged again, but never changes. @throws NotFoundError */
export async function showRevision(db: Database, releaseId: number, revision: number): Promise<Release> {
  return change(db, `revision = ${Math.trunc(revision)}, revised_at = now()`, releaseId);
}

/**
 * The revision under which rows of each release are to be stored, to become visible at its next publication. Holds those releases until the
 * transaction ends: what is stored never slips into a publication that did not see it, and two writers of the same keys take turns.
 * @throws NotFoundError, ConflictError for a release that is being discarded
 */
export async function stagedRevisions(tx: Database, releaseIds: readonly number[]): Promise<Map<number, number>> {
  const held = await holdReleases(tx, releaseIds);
  for (const release of held) refuseDiscarded(release);
  return new Map(held.map(({ id, latest }) => [id, latest + 1]));
}

/** The releases of these ids as they are, held like those of `stagedRevisions`. @throws NotFoundError */
export async function holdReleases(tx: Database, releaseIds: readonly number[]): Promise<Release[]> {
  const held = await tx.query<Release>(
    `select ${RELEASE_COLUMNS} from data_release where id = any($1::int[]) order by id for no key update`,
    [releaseIds],
  );
  for (const wanted of releaseIds)
    if (!held.some(({ id }) => id === wanted)) throw new NotFoundError('release', String(wanted));
  return held;
}

/** @throws ConflictError for a release that is being discarded: half of it may be gone */
export function refuseDiscarded({ name, discarding }: Pick<Release, 'name' | 'discarding'>): void {
  if (discarding)
    throw new ConflictError(
      `what is staged of release "${name}" is being thrown away`,
      `wait for that, or finish it: npx starkin release discard ${name} --yes`,
    );
}

async function change(db: Database, assignments: string, releaseId: number): Promise<Release> {
  const [release] = await db.query<Release>(
    `update data_release set ${assignments} where id = $1 returning ${RELEASE_COLUMNS}`,
    [releaseId],
  );
  if (!release) throw new NotFoundError('release', String(releaseId));
  return release;
}
