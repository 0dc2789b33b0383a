import type { StarId } from '../../domain/star.js';
import { conditionKey, observingConditions, type SharedCondition } from '../../domain/systematics.js';
import type { Context } from '../context.js';

/**
 * The conditions that two stars share, and that explain neighbours as near as they are.
 * @param distance of their searched vectors
 * @returns null where they were not looked for under this model
 */
export async function sharedBy(
  { loaders }: Pick<Context, 'loaders'>,
  modelId: string,
  pair: readonly [StarId, StarId],
  distance: number,
): Promise<readonly SharedCondition[] | null> {
  const [sharing, ...spectra] = await Promise.all([
    loaders.sharing.load(modelId),
    ...pair.map((id) => loaders.summary.load(id)),
  ]);
  if (!sharing) return null;
  const [own, other] = spectra.map((spectrum) => spectrum && observingConditions(spectrum.properties));
  if (!own || !other) return [];
  return sharing
    .filter(({ condition, explains, reach }) => {
      const key = conditionKey(own, condition);
      return explains && distance <= reach && key !== null && key === conditionKey(other, condition);
    })
    .map(({ condition }) => condition);
}
