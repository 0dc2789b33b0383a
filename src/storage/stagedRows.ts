import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { NEVER } from './revision.js';

/** What of a release was never published, and what goes with it. */
export interface StagedRows {
  readonly spectra: number;
  /** Stars that these are of. */
  readonly stars: number;
  /** Published spectra that the next publication would take away or replace: they stand again when the rest is gone. */
  readonly replaced: number;
  /** Of siblings: twins and clusters of which nothing is published. */
  readonly groups: number;
  /** Of abundances, that learnt from stars among these. */
  readonly estimators: number;
  readonly evaluations: number;
  /** Maps and searches for groups that were made with stars among these. */
  readonly analyses: number;
}

/** A condition on a table, beside data_release as `r`: nobody has seen its row, but for those whose token names a draft. */
function neverShown(table: string): string {
  return `(${table}.revision > r.latest or r.state = 'draft')`;
}

/** A condition on spectrum, latent, …, beside `r`: the next publication would end this row, which was published. */
function ending(table: string): string {
  return `(${table}.revision <= r.latest and ${table}.until = r.latest + 1)`;
}

/** Of sibling_group g: known groups begin with the first of their members, the twins of a simulation with both. */
const GROUP_NEVER_SHOWN = `g.release_id = r.id and (${neverShown('g')} or not exists (
  select 1 from sibling_group_member m where m.group_id = g.id and m.revision <= r.latest))`;
const ANALYSIS_NEVER_SHOWN = `exists (
  select 1 from unnest(a.release_ids, a.revisions) as used(release_id, revision) where used.release_id = r.id and ${neverShown('used')})`;

/** What there is to throw away of a release. One statement. */
export async function countStaged(db: Database, releaseId: number): Promise<StagedRows> {
  const [counts] = await db.query<StagedRows>(
    `select staged.spectra, staged.stars, staged.replaced,
       (select count(*)::int from sibling_group g where ${GROUP_NEVER_SHOWN}) as groups,
       (select count(*)::int from abundance_estimator e where e.release_id = r.id and ${neverShown('e')}) as estimators,
       (select count(*)::int from evaluation e where e.release_id = r.id and ${neverShown('e')}) as evaluations,
       (select count(*)::int from analysis a where ${ANALYSIS_NEVER_SHOWN}) as analyses
     from data_release r cross join lateral (
       select (count(*) filter (where ${neverShown('s')}))::int as spectra, (count(distinct s.star_id) filter (where ${neverShown('s')}))::int as stars,
         (count(*) filter (where ${ending('s')}))::int as replaced
       from spectrum s where s.release_id = r.id) as staged
     where r.id = $1`,
    [releaseId],
  );
  return counts;
}

/** Models that were trained on this release. */
export async function modelsTrainedOn(db: Database, releaseId: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from model where trained_on_id = $1 order by created_at, id', [
    releaseId,
  ]);
  return rows.map(({ id }) => id);
}

/** Marks a release as one that is being discarded, and deletes what is not told star by star. The release must be held (holdReleases). */
export async function beginDiscarding(tx: Database, releaseId: number): Promise<void> {
  await tx.query('update data_release set discarding = true where id = $1', [releaseId]);
  await deleteDerived(tx, releaseId);
}

/** Groups, evaluations, estimators with all that they gave, analyses, and what is remembered of files that were read since the release was last published. */
async function deleteDerived(tx: Database, releaseId: number): Promise<void> {
  const of = (table: string, alias: string, condition: string) =>
    tx.query(`delete from ${table} as ${alias} using data_release r where r.id = $1 and ${condition}`, [releaseId]);
  await of('analysis', 'a', ANALYSIS_NEVER_SHOWN);
  await of('evaluation', 'e', `e.release_id = r.id and ${neverShown('e')}`);
  await of('abundance_estimator', 'e', `e.release_id = r.id and ${neverShown('e')}`);
  await of('sibling_group', 'g', GROUP_NEVER_SHOWN);
  await of(
    'sibling_group_member',
    'm',
    `m.revision > r.latest and m.group_id in (select id from sibling_group where release_id = r.id)`,
  );
  // One that is still in a watched folder counts as new.
  await of('source_file', 'f', `f.release_id = r.id and f.read_at > coalesce(r.revised_at, '-infinity')`);
}

/** Tables with rows of stars, in an order in which they may be emptied. */
const STAR_TABLES = [
  'abundance_estimate',
  'latent',
  'abundance',
  'star_alias',
  'star_position',
  'star_parameters',
  'spectrum',
];
/** Those whose rows end when others take their place. */
const REPLACED_TABLES = ['spectrum', 'star_parameters', 'latent', 'abundance_estimate'];

/** The first stars beyond this one of which a release holds something that was never published, or that the next publication would end; in order. */
export async function nextStaged(db: Database, releaseId: number, after: string, limit: number): Promise<StarId[]> {
  // Latents and estimates have the revisions of their spectra.
  const tables = STAR_TABLES.filter((table) => table !== 'latent' && table !== 'abundance_estimate');
  const stars = tables.map((table) => {
    const meant = REPLACED_TABLES.includes(table) ? `(${neverShown('t')} or ${ending('t')})` : neverShown('t');
    return `(select distinct t.star_id from data_release r join ${table} t on t.release_id = r.id and ${meant}
      where r.id = $1 and t.star_id > $2 order by t.star_id limit $3)`;
  });
  const rows = await db.query<{ starId: StarId }>(
    `select star_id as "starId" from (${stars.join(' union ')}) as staged order by star_id limit $3`,
    [releaseId, after, limit],
  );
  return rows.map(({ starId }) => starId);
}

/** Deletes what a release holds of these stars and was never published; what that was to replace stands as before. The release must be held. */
export async function deleteStaged(tx: Database, releaseId: number, stars: readonly StarId[]): Promise<void> {
  for (const table of STAR_TABLES)
    await tx.query(
      `delete from ${table} as t using data_release r where r.id = $1 and t.release_id = r.id and t.star_id = any($2::text[]) and ${neverShown('t')}`,
      [releaseId, stars],
    );
  for (const table of REPLACED_TABLES)
    await tx.query(
      `update ${table} as t set until = ${NEVER} from data_release r
       where r.id = $1 and t.release_id = r.id and t.star_id = any($2::text[]) and ${ending('t')}`,
      [releaseId, stars],
    );
}

/**
 * Ends the discarding of a published release; deletes a draft, and what it still has that is not of stars. The release must be held.
 * @returns models that have encoded the release, which is left without a description of their latents
 */
export async function endDiscarding(tx: Database, releaseId: number): Promise<string[]> {
  // What was made of stars that were still there.
  await deleteDerived(tx, releaseId);
  const undescribed = await tx.query<{ modelId: string }>(
    `delete from latent_population p using data_release r
     where r.id = $1 and p.release_id = r.id and ${neverShown('p')} and not exists (
       select 1 from latent_population shown where shown.model_id = p.model_id and shown.release_id = r.id and not ${neverShown('shown')})
     returning p.model_id as "modelId"`,
    [releaseId],
  );
  await tx.query(
    `delete from latent_population p using data_release r where r.id = $1 and p.release_id = r.id and ${neverShown('p')}`,
    [releaseId],
  );
  const published = await tx.query(
    `update data_release set discarding = false where id = $1 and state <> 'draft' returning id`,
    [releaseId],
  );
  if (published.length) return [...new Set(undescribed.map(({ modelId }) => modelId))];
  for (const table of ['source_file', 'sibling_group'])
    await tx.query(`delete from ${table} where release_id = $1`, [releaseId]);
  await tx.query(
    `update run set release_gone = true from data_release r where r.id = $1 and r.name in (run.input->>'release', run.input->>'into')`,
    [releaseId],
  );
  await tx.query('delete from data_release where id = $1', [releaseId]);
  return [];
}

/**
 * Deletes those of these stars of which nothing is left in any release. To be the last of its transaction: until that ends nobody else can write a row that names a star, or
 * a star that another release has just been given would go with its new rows.
 * @returns how many
 */
export async function deleteForgottenStars(tx: Database, stars: readonly StarId[]): Promise<number> {
  const forgotten = `from star where id = any($1::text[]) and ${NOTHING_LEFT}`;
  if ((await tx.query(`select id ${forgotten} limit 1`, [stars])).length === 0) return 0;
  await tx.query('lock table star in exclusive mode');
  return (await tx.query(`delete ${forgotten} returning id`, [stars])).length;
}

const NOTHING_LEFT = [...STAR_TABLES.filter((table) => table !== 'latent'), 'sibling_group_member', 'projection_point']
  .map((table) => `not exists (select 1 from ${table} t where t.star_id = star.id)`)
  .join(' and ');

/** Deletes surveys without a star: one that was read by mistake would keep its name, and say for ever whether that is simulated. In a transaction of its own. */
export async function deleteEmptySurveys(tx: Database): Promise<void> {
  // Who makes a survey holds it until its stars are there.
  await tx.query('lock table survey in exclusive mode');
  await tx.query('delete from survey where not exists (select 1 from star where star.survey = survey.name)');
}
