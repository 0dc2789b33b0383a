import type { AbundanceReference, SpeciesFigures } from '../domain/abundance.js';
import type { DifferentialErrors } from '../domain/differentialAbundance.js';
import { NotFoundError } from '../domain/errors.js';
import { type ArtefactTable, loadParts, sha256, storeParts } from './artefactParts.js';
import type { Database } from './database.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** What describes an estimator to be stored; its id and checksum follow from the rest. */
export interface NewEstimator {
  readonly modelId: string;
  readonly method: string;
  readonly reference: AbundanceReference;
  /** The release whose stars it learnt from, and the greatest revision of these. */
  readonly releaseId: number;
  readonly revision: number;
  /** Species, in the order of the arrays of its estimates. */
  readonly elements: readonly string[];
  /** In the same order. */
  readonly figures: readonly SpeciesFigures[];
  readonly differential: DifferentialErrors;
  readonly config: Readonly<Record<string, unknown>>;
  /** SHA-256 of all that it is made from, hexadecimal. */
  readonly fingerprint: string;
}

export interface StoredEstimator extends NewEstimator {
  /** `<method>-<first 8 digits of the fingerprint>` */
  readonly id: string;
  /** Name of that release, and whether it was simulated. */
  readonly trainedOn: string;
  readonly simulated: boolean;
}

const COLUMNS = `e.id, e.model_id as "modelId", e.method, e.reference, e.release_id as "releaseId", e.revision, e.elements, e.figures, e.differential,
  e.config, e.fingerprint, r.name as "trainedOn", r.simulated`;
const PARTS: ArtefactTable = { table: 'abundance_estimator_artefact', key: 'estimator_id' };

/** Stores an estimator and its bytes, both or neither; one of the same fingerprint stays as it is. */
export async function storeEstimator(
  db: Database,
  estimator: NewEstimator,
  artefact: Uint8Array,
): Promise<StoredEstimator> {
  return atomically(db, async (tx) => {
    const id = `${estimator.method}-${estimator.fingerprint.slice(0, 8)}`;
    const made = await tx.query(
      `insert into abundance_estimator (id, model_id, method, reference, release_id, revision, elements, figures, differential, config, fingerprint,
         checksum, artefact_bytes)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (fingerprint) do nothing returning id`,
      [
        id,
        estimator.modelId,
        estimator.method,
        estimator.reference,
        estimator.releaseId,
        estimator.revision,
        estimator.elements,
        JSON.stringify(estimator.figures),
        JSON.stringify(estimator.differential),
        JSON.stringify(estimator.config),
        estimator.fingerprint,
        sha256(artefact),
        artefact.length,
      ],
    );
    if (made.length > 0) await storeParts(tx, PARTS, id, artefact);
    const stored = await findEstimatorOf(tx, estimator.fingerprint);
    if (!stored) throw new NotFoundError('estimator', id);
    return stored;
  });
}

/** The estimator that was made from this, or null. */
export async function findEstimatorOf(db: Database, fingerprint: string): Promise<StoredEstimator | null> {
  const [estimator] = await db.query<StoredEstimator>(
    `select ${COLUMNS} from abundance_estimator e join data_release r on r.id = e.release_id where e.fingerprint = $1`,
    [fingerprint],
  );
  return estimator ?? null;
}

/** All estimators of a model, the newest first, hidden ones too. */
export async function listEstimators(db: Database, modelId: string): Promise<StoredEstimator[]> {
  return db.query<StoredEstimator>(
    `select ${COLUMNS} from abundance_estimator e join data_release r on r.id = e.release_id
     where e.model_id = $1 order by e.created_at desc, e.id`,
    [modelId],
  );
}

/** The estimators of models that a request may have answers of, newest first: those that learnt from what it sees. One statement. */
export async function listVisibleEstimators(
  db: Database,
  view: View,
  modelIds: readonly string[],
): Promise<StoredEstimator[]> {
  return db.query<StoredEstimator>(
    `${visibleEstimators('e.model_id = any($3::text[])')} order by ${NEWEST_ESTIMATOR}`,
    [...visibleParameters(view), modelIds],
  );
}

/** Estimators `e` that learnt from what a view sees, where a condition holds. */
export function visibleEstimators(condition: string): string {
  return `select ${COLUMNS} from ${VISIBLE}
     join abundance_estimator e on e.release_id = visible.release_id and e.revision <= visible.revision
     join data_release r on r.id = e.release_id
     where ${condition}`;
}

/** An order of them. */
export const NEWEST_ESTIMATOR = 'e.created_at desc, e.id';

/** An estimator's bytes. @throws NotFoundError, FileError naming the part that is damaged */
export async function loadEstimatorArtefact(db: Database, id: string): Promise<Uint8Array> {
  const [row] = await db.query<{ checksum: string; bytes: string }>(
    'select checksum, artefact_bytes as bytes from abundance_estimator where id = $1',
    [id],
  );
  if (!row) throw new NotFoundError('estimator', id);
  const { checksum, bytes } = row;
  return loadParts(db, PARTS, id, { owner: `estimator ${id}`, bytes: Number(bytes), checksum });
}
