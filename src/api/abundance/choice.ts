import { abundanceMethods } from '../../domain/abundance.js';
import { InputError } from '../../domain/errors.js';
import type { StoredEstimator } from '../../storage/abundanceEstimator.js';
import type { Context } from '../context.js';
import { chooseModel } from '../model/choice.js';

/** What a simulation knows: a method of no model. */
export const TRUTH = 'truth';

/** @throws InputError for a method that there is none of */
export function checkMethod(argument: string, method: string | null | undefined, also: readonly string[] = []): void {
  const methods: readonly string[] = [...abundanceMethods, ...also];
  if (method != null && !methods.includes(method)) throw new InputError(argument, methods.join(' or '), method);
}

/** The newest estimator of a method that this request may have answers of; without a method, that of the first method in order of preference. */
export async function chooseEstimator(
  context: Context,
  model: string | null,
  method: string | null | undefined,
): Promise<StoredEstimator | null> {
  const estimators = await context.loaders.estimators.load(await chooseModel(context, model));
  for (const name of methodsOf(method)) {
    const found = estimators?.find((estimator) => estimator.method === name);
    if (found) return found;
  }
  return null;
}

/** The methods that may answer, in order of preference. */
export function methodsOf(method: string | null | undefined): readonly string[] {
  return method == null ? abundanceMethods : [method];
}
