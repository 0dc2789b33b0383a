import { createHash } from 'node:crypto';
import { ConflictError, FileError, NotFoundError } from '../domain/errors.js';
import type { ParameterName } from '../domain/parameters.js';
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
  /** Name of the release it was trained on. */
  readonly trainedOn: string;
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

const COLUMNS = `id, method, preset, parameters, grid_id as "gridId", trained_on as "trainedOn", simulated, config, metrics, history, checksum,
  created_at as "createdAt"`;
/** What the table allows of one part. */
const PART_BYTES = 8 << 20;

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
      `insert into model (id, method, preset, parameters, grid_id, trained_on, simulated, config, metrics, history, checksum, artefact_bytes)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing returning id`,
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
      ],
    );
    if (made.length > 0) await storeParts(tx, id, artefact);
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
    view.releases.map(({ name }) => name),
    ids,
  ]);
}

/** All such models, the newest first. */
export async function listVisibleModels(db: Database, view: View): Promise<StoredModel[]> {
  return db.query<StoredModel>(`select ${COLUMNS} from model where ${VISIBLE_MODEL} order by created_at desc, id`, [
    view.releases.map(({ name }) => name),
  ]);
}

/** Its parameter $1 holds the names of the visible releases. */
const VISIBLE_MODEL = '(served_at is not null or trained_on = any($1::text[]))';

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
  const artefact = new Uint8Array(Number(model.bytes));
  for (let part = 0, at = 0; at < artefact.length; part++) {
    const [row] = await db.query<{ content: Uint8Array; sha256: string }>(
      'select content, sha256 from model_artefact where model_id = $1 and part = $2',
      [id, part],
    );
    const found = row ? sha256(row.content) : 'nothing';
    if (found !== row?.sha256) throw damage(id, `part ${part}`, row?.sha256 ?? 'some', found);
    if (at + row.content.length > artefact.length)
      throw damage(id, `part ${part}`, `${artefact.length - at} bytes`, `${row.content.length} bytes`);
    artefact.set(row.content, at);
    at += row.content.length;
  }
  const found = sha256(artefact);
  if (found !== model.checksum) throw damage(id, 'the whole', model.checksum, found);
  return artefact;
}

async function storeParts(tx: Database, id: string, artefact: Uint8Array): Promise<void> {
  for (let part = 0; part * PART_BYTES < artefact.length; part++) {
    const content = artefact.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await tx.copy(
      {
        table: 'model_artefact',
        columns: [
          { name: 'model_id', type: 'text' },
          { name: 'part', type: 'int4' },
          { name: 'content', type: 'bytea' },
          { name: 'sha256', type: 'text' },
        ],
      },
      [[id, part, content, sha256(content)]],
    );
  }
}

function damage(id: string, place: string, expected: string, found: string): FileError {
  return new FileError(
    { file: `artefact of model ${id}`, place, expected: `sha256 ${expected}`, found },
    'train the model again, or restore the database',
  );
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
