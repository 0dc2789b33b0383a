import { InputError } from '../../domain/errors.js';
import { linear } from './linear/linear.js';
import type { AbundanceMethod } from './method.js';
import { nonlinear } from './nonlinear/nonlinear.js';

/** Every way to estimate abundances; domain/abundance.ts has their names in order of preference. */
export const abundanceEstimators: readonly AbundanceMethod[] = [linear, nonlinear];

/** @throws InputError */
export function findAbundanceMethod(name: string): AbundanceMethod {
  const found = abundanceEstimators.find((method) => method.name === name);
  if (!found) throw new InputError('--method', abundanceEstimators.map(({ name }) => name).join(' or '), name);
  return found;
}
