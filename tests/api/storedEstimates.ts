import { createHash } from 'node:crypto';
import type { UnreliableReason } from '../../src/domain/abundance.js';
import type { DifferentialErrors, SpeciesDifferential } from '../../src/domain/differentialAbundance.js';
import type { StarId } from '../../src/domain/star.js';
import { type NewEstimator, type StoredEstimator, storeEstimator } from '../../src/storage/abundanceEstimator.js';
import type { Database } from '../../src/storage/database.js';

const elements = ['Fe', 'Mg'] as const;

/** Abundances of a star, dex; what `shift` adds to both; and what cannot be relied upon. */
export interface StoredValue {
  readonly Fe: number;
  readonly Mg: number;
  readonly shift?: number;
  readonly reason?: Readonly<Partial<Record<(typeof elements)[number], UnreliableReason>>>;
}

/** An estimator of iron and magnesium, whose bytes nobody needs. */
export function makeEstimator(
  db: Database,
  identity: Pick<NewEstimator, 'modelId' | 'method' | 'releaseId' | 'revision'>,
  /** What tells it from others in its name; absent: the identity. */
  name = '',
  /** Of the errors of differences, beside what estimators of earlier versions tell; `spread` is of both species. */
  { spread, ...rest }: Partial<DifferentialErrors> & Pick<SpeciesDifferential, 'spread'> = {},
): Promise<StoredEstimator> {
  const figures = elements.map((element) => ({
    element,
    trained: 100,
    calibrated: 50,
    scatter: 0.2,
    rmse: 0.02,
    gain: 0.9,
    significance: 20,
    minimumSnr: 20,
  }));
  const errors = { common: 0.01, length: 0.5, factor: 1, factor68: 1, factor95: 2, ...(spread && { spread }) };
  const fingerprint = createHash('sha256')
    .update(name ? `${name} ${identity.modelId} ${identity.revision}` : JSON.stringify(identity))
    .digest('hex');
  const differential = { scale: [1, 1, 1, 500, 0.5], species: elements.map(() => errors), ...rest };
  const estimator = { ...identity, reference: 'truth' as const, elements, figures, differential, config: { seed: 1 } };
  return storeEstimator(db, { ...estimator, fingerprint }, Uint8Array.of(1, 2, 3));
}

/** What an estimate is of. */
export interface EstimateKey {
  readonly starId: StarId;
  readonly releaseId: number;
  readonly revision: number;
}

/** Stores estimates past what keeps those of missing latents out: the stars of these tests have none that tells anything. */
export async function estimate(
  db: Database,
  { id }: StoredEstimator,
  rows: readonly (EstimateKey & StoredValue)[],
): Promise<void> {
  if (rows.length === 0) return;
  const all = <T>(value: (row: (typeof rows)[number]) => T) => rows.map(value);
  await db.query(
    `insert into abundance_estimate (star_id, release_id, estimator_id, revision, value, sigma, half95, noise, reason)
     select star, release, $1, revision, array[fe, mg], '{.02,.02}', '{.04,.04}', '{.015,.015}', array[of_fe, of_mg]
     from unnest($2::text[], $3::int[], $4::int[], $5::float4[], $6::float4[], $7::text[], $8::text[])
       as given(star, release, revision, fe, mg, of_fe, of_mg)`,
    [
      id,
      all(({ starId }) => starId),
      all(({ releaseId }) => releaseId),
      all(({ revision }) => revision),
      all(({ Fe, shift = 0 }) => Fe + shift),
      all(({ Mg, shift = 0 }) => Mg + shift),
      all(({ reason }) => reason?.Fe ?? null),
      all(({ reason }) => reason?.Mg ?? null),
    ],
  );
}
