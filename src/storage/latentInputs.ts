import type { ParameterValues } from '../domain/parameters.js';
import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
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

/** A spectrum as it stands: its revision, and what a latent of it would be made from. */
export interface StandingSpectrum extends LatentInputs {
  readonly revision: number;
}

/**
 * The spectra of these keys as they stand, in their order, null for one that is not stored. Holds their releases against writers of spectra and parameters until the
 * transaction ends (stagedRevisions); readers and others who ask this are not kept waiting.
 */
export async function standingSpectra(
  tx: Database,
  keys: readonly { readonly starId: StarId; readonly releaseId: number; readonly visit: Visit }[],
): Promise<(StandingSpectrum | null)[]> {
  const releases = [...new Set(keys.map(({ releaseId }) => releaseId))];
  await tx.query('select id from data_release where id = any($1::int[]) order by id for share', [releases]);
  const rows = await tx.query<InputColumns & { revision: number | null }>(
    `select s.revision, ${INPUT_COLUMNS}
     from unnest($1::text[], $2::int[], $3::int[]) with ordinality as key(star_id, release_id, visit, row)
     left join spectrum s on s.star_id = key.star_id and s.release_id = key.release_id and s.visit = key.visit
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id
     order by key.row`,
    [keys.map(({ starId }) => starId), keys.map(({ releaseId }) => releaseId), keys.map(({ visit }) => visit)],
  );
  return rows.map((row) => (row.revision === null ? null : { ...toInputs(row), revision: row.revision }));
}
