import { type ParameterName, parameterNames } from '../domain/parameters.js';
import type { StarId } from '../domain/star.js';
import { type ObservingConditions, observingConditions } from '../domain/systematics.js';
import type { Database } from './database.js';
import { toFloats } from './latent.js';
import { seenIn } from './revision.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** A star as it was observed and as a model has it: the latent that is searched, and the spectrum behind it. */
export interface Observation {
  readonly starId: StarId;
  readonly z: Float32Array;
  readonly searched: Float32Array;
  /** r̂ and, in the model's order, the parameters fitted with it; null where an older version encoded. */
  readonly residual: Float32Array | null;
  readonly refined: readonly number[] | null;
  readonly snr: number | null;
  readonly catalogue: Readonly<Record<ParameterName, number | null>>;
  readonly conditions: ObservingConditions;
  /** In the order of the estimator's elements; null where there are none. */
  readonly abundances: readonly number[] | null;
}

type Properties = Readonly<Record<string, string | number>>;
type Row = Pick<Observation, 'starId' | 'refined' | 'snr' | 'abundances'> &
  Observation['catalogue'] & { z: string; searched: string; residual: string | null; properties: Properties };

/** At most so many stars, by the digests of their ids: the same sample every time, and one that does not follow the order of the sky. One statement. */
export async function sampleObservations(
  db: Database,
  view: View,
  { modelId, estimatorId }: { readonly modelId: string; readonly estimatorId: string | null },
  limit: number,
): Promise<Observation[]> {
  const rows = await db.query<Row>(
    `select newest.*, s.snr, s.properties, p.teff, p.logg, p.feh, to_json(e.value) as abundances
     from (
       select distinct on (l.star_id) l.star_id as "starId", l.release_id, l.z, l.searched, l.residual, to_json(l.refined) as refined, visible.revision
       from ${VISIBLE}
       join latent l on l.model_id = $3 and l.release_id = visible.release_id and l.visit = 0 and ${seenIn('l')}
       order by l.star_id, visible.rank
     ) as newest
     join spectrum s on s.star_id = newest."starId" and s.release_id = newest.release_id and s.visit = 0 and ${seenIn('s', 'newest')}
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and ${seenIn('p', 'newest')}
     left join abundance_estimate e
       on e.estimator_id = $4 and e.star_id = s.star_id and e.release_id = s.release_id and ${seenIn('e', 'newest')}
     where newest.searched is not null
     order by md5(newest."starId") limit $5`,
    [...visibleParameters(view), modelId, estimatorId, limit],
  );
  return rows.map(({ starId, z, searched, residual, refined, snr, properties, abundances, ...row }) => ({
    starId,
    z: toFloats(z),
    searched: toFloats(searched),
    residual: residual === null ? null : toFloats(residual),
    refined,
    snr,
    catalogue: Object.fromEntries(parameterNames.map((name) => [name, row[name]])) as Observation['catalogue'],
    conditions: observingConditions(properties),
    abundances,
  }));
}
