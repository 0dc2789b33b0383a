import { InputError } from '../../domain/errors.js';
import type { ParameterName } from '../../domain/parameters.js';
import type { SampleSettings } from '../representation/sampleSettings.js';
import { factordis } from './factordis/factordis.js';
import { faderdis } from './faderdis/faderdis.js';
import type { Method } from './method.js';
import { polydis } from './polydis/polydis.js';

/** Every disentangling method. A new one is a folder beside the others and a line here; the contract tests then run on it. */
export const methods: readonly Method[] = [factordis, faderdis, polydis];

/** @throws InputError that lists the methods */
export function findMethod(name: string): Method {
  const method = methods.find((candidate) => candidate.name === name);
  if (!method) throw new InputError('method', `one of ${methods.map((each) => each.name).join(', ')}`, name);
  return method;
}

/** A change of a preset's settings, by name: { epochs: 60, encoder: [64, 64] }. */
export type Overrides = Readonly<Record<string, number | string | boolean | readonly number[]>>;

/**
 * The settings of a preset for a choice of parameters, with overrides.
 * @throws InputError that lists the presets, or the settings, or says what the setting may be
 */
export function presetOf(
  method: Method,
  preset: string,
  overrides: Overrides = {},
  parameters: readonly ParameterName[] = ['teff', 'logg'],
): SampleSettings {
  const plain = Object.hasOwn(method.presets, preset) ? method.presets[preset] : undefined;
  if (!plain)
    throw new InputError('preset', `one of ${Object.keys(method.presets).join(', ')} for ${method.name}`, preset);
  const settings = method.adapt?.(plain, parameters) ?? plain;
  const unknown = Object.keys(overrides).find((name) => !Object.hasOwn(settings, name));
  if (unknown !== undefined)
    throw new InputError(`setting of ${method.name}`, `one of ${Object.keys(settings).join(', ')}`, unknown);
  const parsed = method.schema.safeParse({ ...settings, ...overrides });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue.path[0]);
  throw new InputError(`${method.name}: ${name}`, issue.message, overrides[name]);
}
