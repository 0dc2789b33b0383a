import type { ParameterName } from '../domain/parameters.js';
import type { Database } from './database.js';

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

/** Stores a model and its bytes, both or neither; the same bytes again change nothing. @returns the model as it is stored */
export async function storeModel(db: Database, model: NewModel, artefact: Uint8Array): Promise<StoredModel> {
  throw new Error('not written');
}

/** @throws NotFoundError */
export async function findModel(db: Database, id: string): Promise<StoredModel> {
  throw new Error('not written');
}

/** The models of these ids, those that are known, in any order. One statement. */
export async function loadModels(db: Database, ids: readonly string[]): Promise<StoredModel[]> {
  throw new Error('not written');
}

/** All models, the newest first. */
export async function listModels(db: Database): Promise<StoredModel[]> {
  throw new Error('not written');
}

/** A model's bytes, part by part, each and the whole checked against its checksum. @throws NotFoundError, FileError naming the damaged part */
export async function loadArtefact(db: Database, id: string): Promise<Uint8Array> {
  throw new Error('not written');
}
