import { NotFoundError, NotReadyError } from '../../domain/errors.js';
import type { StoredModel } from '../../storage/model.js';
import type { Context } from '../context.js';
import { keyOf } from '../relay/globalId.js';

/**
 * The id of the model that answers: the one named, else the served one.
 * @param argument the field's `model` argument: a model's name or global id
 * @throws NotFoundError for an unknown one; NotReadyError when none is named and none is served
 */
export async function chooseModel(context: Context, argument: string | null | undefined): Promise<string> {
  if (argument != null) return (await requireModel(context, argument)).id;
  const { modelId } = await context.view();
  if (modelId === null)
    throw new NotReadyError('no model is served', 'npx starkin train --release R, then npx starkin promote --model M');
  return modelId;
}

/** @throws NotFoundError */
export async function requireModel(context: Context, reference: string): Promise<StoredModel> {
  const model = await loadModel(context, reference);
  if (model === null) throw new NotFoundError('model', reference, 'the query `models` lists them');
  return model;
}

/** @returns null where no model has this name or global id */
export async function loadModel(context: Context, reference: string): Promise<StoredModel | null> {
  const id = keyOf('Model', reference);
  // Postgres has no NUL in text, so that no model can be called so.
  return id.includes('\0') ? null : context.loaders.model.load(id);
}
