import { createHash } from 'node:crypto';
import type { UnreliableReason } from '../../src/domain/abundance.js';
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
  const errors = { common: 0.01, length: 0.5, factor: 1, factor68: 1, factor95: 2 };
  const fingerprint = createHash('sha256').update(JSON.stringify(identity)).digest('hex');
  const differential = { scale: [1, 1, 1, 500, 0.5], species: elements.map(() => errors) };
  const estimator = { ...identity, reference: 'truth' as const, elements, figures, differential, config: { seed: 1 } };
  return storeEstimator(db, { ...estimator, fingerprint }, Uint8Array.of(1, 2, 3));
}

/** Stores an estimate past what keeps those of missing latents out: the stars of these tests have none that tells anything. */
export async function estimate(
  db: Database,
  { id }: StoredEstimator,
  { starId, releaseId, revision }: { starId: StarId; releaseId: number; revision: number },
  { shift = 0, reason = {}, ...value }: StoredValue,
): Promise<void> {
  await db.query(
    `insert into abundance_estimate (star_id, release_id, estimator_id, revision, value, sigma, half95, noise, reason)
     values ($1, $2, $3, $4, $5, '{.02,.02}', '{.04,.04}', '{.015,.015}', $6)`,
    [
      starId,
      releaseId,
      id,
      revision,
      elements.map((each) => value[each] + shift),
      elements.map((each) => reason[each] ?? null),
    ],
  );
}
