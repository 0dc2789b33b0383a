import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import type { Release } from './dataRelease.js';
import { keysetBatches } from './keysetBatches.js';
import { seenAt } from './revision.js';
import { PARAMETER_COLUMNS, type ParameterColumns } from './starParameters.js';

/** What a table of stars needs to know before its first row: how many, and how long its texts are at most, bytes of UTF-8. */
export interface StarTableShape {
  readonly rows: number;
  readonly idBytes: number;
  readonly nameBytes: number;
  readonly surveyBytes: number;
  readonly sourceBytes: number;
  /** Catalogues of the release's aliases, in order, with the longest alias of each. */
  readonly catalogues: readonly { readonly catalogue: string; readonly bytes: number }[];
}

/** A star with a combined spectrum in a release, and what that release tells of it. */
export interface ExportedStar extends Nullable<ParameterColumns> {
  readonly id: StarId;
  readonly survey: string;
  readonly name: string;
  /** Degrees, ICRS. */
  readonly ra: number | null;
  readonly dec: number | null;
  /** By catalogue. */
  readonly aliases: Readonly<Record<string, string>> | null;
  readonly snr: number | null;
  readonly goodPixels: number;
}

type Nullable<T> = { readonly [Name in keyof T]: T[Name] | null };

/** Which rows: of a view, so that its revision bounds them. */
type Seen = Pick<Release, 'id' | 'revision'>;

/** The shape of the table that `scanStars` gives. Two statements. */
export async function starTableShape(db: Database, { id, revision }: Seen): Promise<StarTableShape> {
  const [shape] = await db.query<Omit<StarTableShape, 'catalogues'>>(
    `select count(*)::int as rows, coalesce(max(octet_length(star.id)), 0) as "idBytes", coalesce(max(octet_length(star.name)), 0) as "nameBytes",
       coalesce(max(octet_length(star.survey)), 0) as "surveyBytes", coalesce(max(octet_length(p.source)), 0) as "sourceBytes"
     from spectrum s join star on star.id = s.star_id
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and ${seenAt('p', '$2')}
     where s.release_id = $1 and s.visit = 0 and ${seenAt('s', '$2')}`,
    [id, revision],
  );
  const catalogues = await db.query<{ catalogue: string; bytes: number }>(
    `select catalogue, max(octet_length(alias)) as bytes from star_alias
     where release_id = $1 and revision <= $2 group by catalogue order by catalogue`,
    [id, revision],
  );
  return { ...shape, catalogues };
}

/** Stars with a combined spectrum in a release, in order of id and in batches, each a statement of its own. */
export function scanStars(
  db: Database,
  { id, revision }: Seen,
  batch: number,
): AsyncGenerator<ExportedStar[], void, undefined> {
  // Every table starts after the key: Postgres does not infer that, and would merge each batch with all rows before it.
  return keysetBatches(batch, (after) =>
    db.query<ExportedStar>(
      `select s.star_id as id, star.survey, star.name, place.ra, place.dec, s.snr, s.good_pixels as "goodPixels", ${PARAMETER_COLUMNS}, (
         select jsonb_object_agg(a.catalogue, a.alias) from star_alias a
         where a.star_id = s.star_id and a.release_id = s.release_id and a.revision <= $2) as aliases
       from spectrum s join star on star.id = s.star_id and star.id > $3
       left join star_position place
         on place.star_id = s.star_id and place.star_id > $3 and place.release_id = s.release_id and place.revision <= $2
       left join star_parameters p on p.star_id = s.star_id and p.star_id > $3 and p.release_id = s.release_id and ${seenAt('p', '$2')}
       where s.release_id = $1 and s.visit = 0 and ${seenAt('s', '$2')} and s.star_id > $3
       order by s.star_id limit $4`,
      [id, revision, after, batch],
    ),
  );
}
