import { InputError } from '../../domain/errors.js';
import { type ParameterName, parameterNames } from '../../domain/parameters.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Method } from '../models/method.js';
import { findMethod, type Overrides, presetOf } from '../models/registry.js';
import type { SampleSettings } from '../representation/sampleSettings.js';
import { type RangeRule, rangeRules } from './parameterScaler.js';

/** What a user asks a model to be. */
export interface ModelDesign {
  readonly method: string;
  readonly preset: string;
  readonly parameters: readonly ParameterName[];
  readonly grid: WavelengthGrid;
  readonly seed: number;
  /** Overrides of the preset's settings; `scaling` (a RangeRule, default auto) belongs to every method. */
  readonly settings: Overrides;
}

/** A design with its names looked up and its settings complete. */
export interface ModelPlan {
  readonly design: ModelDesign;
  readonly method: Method;
  readonly settings: SampleSettings;
  readonly scaling: RangeRule;
}

/** @throws InputError naming the method, preset, parameter or setting that does not exist, and those that do */
export function planOf(design: ModelDesign): ModelPlan {
  const { scaling = 'auto', ...overrides } = design.settings;
  const method = findMethod(design.method);
  const settings = presetOf(method, design.preset, overrides, design.parameters);
  const { parameters } = design;
  if (
    !parameters.length ||
    parameters.some((name, i) => !parameterNames.includes(name) || parameters.indexOf(name) !== i)
  )
    throw new InputError('parameters', `some of ${parameterNames.join(', ')}, each once`, parameters.join(', '));
  const rule = rangeRules.find((each) => each === scaling);
  if (!rule) throw new InputError('setting scaling', `one of ${rangeRules.join(', ')}`, scaling);
  return { design, method, settings, scaling: rule };
}
