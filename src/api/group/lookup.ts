import { NotFoundError } from '../../domain/errors.js';
import type { StoredGroup } from '../../storage/starGroup.js';
import type { Context } from '../context.js';
import { loadModel } from '../model/choice.js';
import { keyOf } from '../relay/globalId.js';

/** @throws NotFoundError */
export async function requireGroup(context: Context, reference: string): Promise<StoredGroup> {
  const group = await findGroup(context, reference);
  if (!group) throw new NotFoundError('group', reference, 'the query `groups` lists them');
  return group;
}

/** @param reference a global id or a key. @returns null where the request sees no such group */
export async function findGroup(context: Context, reference: string): Promise<StoredGroup | null> {
  const key = keyOf('Group', reference);
  if (key.includes('\0')) return null;
  const [kind, modelId] = key.split(':');
  if (kind !== 'found') return context.loaders.group({ modelId: null, truth: kind === 'truth' }).load(key);
  // Who may not know of a model may not know of what was found under it.
  const model = modelId === undefined ? null : await loadModel(context, modelId);
  return model && context.loaders.group({ modelId: model.id, truth: false }).load(key);
}
