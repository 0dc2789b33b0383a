import { ConflictError, NotFoundError } from '../domain/errors.js';
import type { ParameterName } from '../domain/parameters.js';
import { type ArtefactTable, loadParts, sha256, storeParts } from './artefactParts.js';
import type { Database } from './database.js';
import { atomically } from './transaction.js';
import type { View } from './view.js';

/** What describes a model to be stored; its id and checksum follow from its bytes. */
export interface NewModel {
  readonly method: string;
  readonly preset: string;
  /** What it removes, in its order. */
  readonly parameters: readonly ParameterName[];
  readonly gridId: number;
  /** Name that the release had which it was trained on. */
  readonly trainedOn: string;
  /** That release; null where it was thrown away: a later one of the same name is another. */
  readonly trainedOnId: number | null;
  /** Whether that release was simulated. */
  readonly simulated: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly history: readonly Readonly<Record<string, number>>[];
}

export interface StoredModel extends NewModel {
  /** `<method>-<preset>-<first 8 digits of the checksum>` */
  readonly id: string;
  /** SHA-256 of the artefact, hexadecimal. */
  readonly checksum: string;
  readonly createdAt: Date;
}

const COLUMNS = `id, method, preset, parameters, grid_id as "gridId", trained_on as "trainedOn", trained_on_id as "trainedOnId", simulated, config, metrics, history, checksum,
  created_at as "createdAt"`;
const PARTS: ArtefactTable = { table: 'model_artefact', key: 'model_id' };

/**
 * Stores a model and its bytes, both or neither; the same bytes again change nothing.
 * @returns the model as it is stored
 * @throws ConflictError when another model has the same id
 */
export async function storeModel(db: Database, model: NewModel, artefact: Uint8Array): Promise<StoredModel> {
  const checksum = sha256(artefact);
  const id = `${model.method}-${model.preset}-${checksum.slice(0, 8)}`;
  return atomically(db, async (tx) => {
    const made = await tx.query(
      `insert into model (id, method, preset, parameters, grid_id, trained_on, simulated, config, metrics, history, checksum, artefact_bytes, trained_on_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (select id from data_release where id = $13)) on conflict (id) do nothing returning id`,
      [
        id,
        model.method,
        model.preset,
        model.parameters,
        model.gridId,
        model.trainedOn,
        model.simulated,
        JSON.stringify(model.config),
        JSON.stringify(model.metrics),
        JSON.stringify(model.history),
        checksum,
        artefact.length,
        model.trainedOnId,
      ],
    );
    if (made.length > 0) await storeParts(tx, PARTS, id, artefact);
    const stored = await findModel(tx, id);
    if (stored.checksum !== checksum)
      throw new ConflictError(
        `model ${id} is stored with another artefact (sha256 ${stored.checksum}, this one ${checksum})`,
        'train with another seed',
      );
    return stored;
  });
}

/** @throws NotFoundError */
export async function findModel(db: Database, id: string): Promise<StoredModel> {
  const [model] = await loadModels(db, [id]);
  if (!model) throw new NotFoundError('model', id, 'npx starkin status lists them');
  return model;
}

/** The models of these ids, those that are known, in any order. One statement. */
export async function loadModels(db: Database, ids: readonly string[]): Promise<StoredModel[]> {
  return db.query<StoredModel>(`select ${COLUMNS} from model where id = any($1::text[])`, [ids]);
}

/**
 * The models of these ids that a request may know of: those that answer or once did, which the answers name, and those trained on a release that it
 * sees. What was trained on a hidden release is hidden with it. One statement.
 */
export async function loadVisibleModels(db: Database, view: View, ids: readonly string[]): Promise<StoredModel[]> {
  return db.query<StoredModel>(`select ${COLUMNS} from model where id = any($2::text[]) and ${VISIBLE_MODEL}`, [
    view.releases.map(({ id }) => id),
    ids,
  ]);
}

/** All such models, the newest first. */
export async function listVisibleModels(db: Database, view: View): Promise<StoredModel[]> {
  return db.query<StoredModel>(`select ${COLUMNS} from model where ${VISIBLE_MODEL} order by created_at desc, id`, [
    view.releases.map(({ id }) => id),
  ]);
}

/** Its parameter $1 holds the visible releases. */
const VISIBLE_MODEL = '(served_at is not null or trained_on_id = any($1::int[]))';

/** All models, the newest first. */
export async function listModels(db: Database): Promise<StoredModel[]> {
  return db.query<StoredModel>(`select ${COLUMNS} from model order by created_at desc, id`);
}

/**
 * A model's bytes, fetched part by part, each and the whole checked against its checksum.
 * @throws NotFoundError, FileError naming the part that is damaged
 */
export async function loadArtefact(db: Database, id: string): Promise<Uint8Array> {
  const [model] = await db.query<{ checksum: string; bytes: string }>(
    'select checksum, artefact_bytes as bytes from model where id = $1',
    [id],
  );
  if (!model) throw new NotFoundError('model', id);
  return loadParts(db, PARTS, id, { owner: `model ${id}`, bytes: Number(model.bytes), checksum: model.checksum });
}
