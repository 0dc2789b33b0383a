import type { ParameterValues } from '../domain/parameters.js';
import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { seenTogether, standing } from './revision.js';
import { PARAMETER_COLUMNS, type ParameterColumns, toParameters } from './starParameters.js';

/** What a latent is made from, beside the model. */
export interface LatentInputs {
  /** SHA-256 of the spectrum's source. */
  readonly checksum: string;
  readonly continuumVersion: number;
  /** Of the star in the spectrum's release; null as where all are unknown. */
  readonly parameters: (ParameterValues & { readonly errors: ParameterValues }) | null;
}

/** Columns of spectrum s and star_parameters p, for `toInputs`. */
export const INPUT_COLUMNS = `s.checksum, s.continuum_version as "continuumVersion", ${PARAMETER_COLUMNS}`;

export interface InputColumns extends ParameterColumns {
  readonly checksum: string;
  readonly continuumVersion: number;
}

export function toInputs(row: InputColumns): LatentInputs {
  return { checksum: row.checksum, continuumVersion: row.continuumVersion, parameters: toParameters(row) };
}

export function sameInputs(a: LatentInputs, b: LatentInputs): boolean {
  return textOf(a) === textOf(b);
}

function textOf({ checksum, continuumVersion, parameters }: LatentInputs): string {
  const values = (of: ParameterValues | undefined) => [of?.teff ?? null, of?.logg ?? null, of?.feh ?? null];
  return JSON.stringify([
    checksum,
    continuumVersion,
    ...values(parameters ?? undefined),
    ...values(parameters?.errors),
  ]);
}

/** A spectrum as it stands: in which revisions it is seen, and what a latent of it would be made from. */
export interface StandingSpectrum extends LatentInputs {
  readonly revision: number;
  readonly until: number;
}

/** Of a spectrum: by its revision where it is given, else the newest one. */
export interface StandingKey {
  readonly starId: StarId;
  readonly releaseId: number;
  readonly visit: Visit;
  readonly revision?: number | undefined;
}

/** Holds the releases of these rows against writers of spectra and parameters, and against publication, until the transaction ends. */
export async function holdStanding(tx: Database, rows: readonly { readonly releaseId: number }[]): Promise<void> {
  const releases = [...new Set(rows.map(({ releaseId }) => releaseId))];
  await tx.query('select id from data_release where id = any($1::int[]) order by id for share', [releases]);
}

/**
 * The spectra of these keys as they stand, in their order, null for one that is not stored. Holds their releases against writers of spectra and parameters until the
 * transaction ends (stagedRevisions); readers and others who ask this are not kept waiting.
 */
export async function standingSpectra(
  tx: Database,
  keys: readonly StandingKey[],
): Promise<(StandingSpectrum | null)[]> {
  await holdStanding(tx, keys);
  const rows = await tx.query<InputColumns & { revision: number | null; until: number }>(
    `select s.revision, s.until, ${INPUT_COLUMNS}
     from unnest($1::text[], $2::int[], $3::int[], $4::int[]) with ordinality as key(star_id, release_id, visit, revision, row)
     left join spectrum s on s.star_id = key.star_id and s.release_id = key.release_id and s.visit = key.visit
       and case when key.revision is null then ${standing('s')} else s.revision = key.revision end
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and ${seenTogether('p', 's')}
     order by key.row`,
    [
      keys.map(({ starId }) => starId),
      keys.map(({ releaseId }) => releaseId),
      keys.map(({ visit }) => visit),
      keys.map(({ revision }) => revision ?? null),
    ],
  );
  return rows.map(({ revision, until, ...row }) => (revision === null ? null : { ...toInputs(row), revision, until }));
}
