import type { Database } from './database.js';

/** Makes a model the one that answers; the former one is kept beside it. Serving the served one again changes nothing. */
export async function serve(db: Database, modelId: string): Promise<void> {
  await db.query(
    `insert into served_model (model_id) values ($1)
     on conflict (singleton) do update
       set former_model_id = served_model.model_id, model_id = excluded.model_id, since = now()
       where served_model.model_id <> excluded.model_id`,
    [modelId],
  );
}

export interface ServedModel {
  readonly modelId: string;
  readonly formerModelId: string | null;
  readonly since: Date;
}

/** The model that answers, or null where none was promoted yet. */
export async function servedModel(db: Database): Promise<ServedModel | null> {
  const [row] = await db.query<ServedModel>(
    'select model_id as "modelId", former_model_id as "formerModelId", since from served_model',
  );
  return row ?? null;
}
