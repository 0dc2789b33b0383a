import { InputError } from '../../domain/errors.js';
import { type ParameterName, parameterNames } from '../../domain/parameters.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { type ContinuumError, defaultContinuumOrder } from '../basis/continuumModes.js';
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
  /**
   * Overrides of the preset's settings. Three belong to every method: `scaling` (a RangeRule, default auto), `continuumError` (root mean square, a fraction of the flux; default 0) and
   * `continuumOrder` (see ContinuumError).
   */
  readonly settings: Overrides;
}

/** A design with its names looked up and its settings complete. */
export interface ModelPlan {
  readonly design: ModelDesign;
  readonly method: Method;
  readonly settings: SampleSettings;
  readonly scaling: RangeRule;
  /** null: continua are taken as right. */
  readonly continuum: ContinuumError | null;
}

/** @throws InputError naming the method, preset, parameter or setting that does not exist, and those that do */
export function planOf(design: ModelDesign): ModelPlan {
  const {
    scaling = 'auto',
    continuumError = 0,
    continuumOrder = defaultContinuumOrder,
    ...overrides
  } = design.settings;
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
  const continuum = continuumOf(continuumError, continuumOrder);
  if (continuum && settings.representation !== 'basis')
    throw new InputError(
      'setting continuumError',
      `0, since preset ${design.preset} works on pixels`,
      continuumError,
      'choose --preset compact, which works on the spectral basis, or --continuum-error 0',
    );
  return { design, method, settings, scaling: rule, continuum };
}

/** Errors of the continuum beyond these are no errors of a normalised spectrum; higher orders are the lines themselves. */
const MOST = { rms: 0.2, order: 8 };

function continuumOf(rms: unknown, order: unknown): ContinuumError | null {
  if (!(typeof rms === 'number' && rms >= 0 && rms <= MOST.rms))
    throw new InputError('setting continuumError', `a fraction of the flux, 0 to ${MOST.rms}`, rms);
  if (!(typeof order === 'number' && Number.isInteger(order) && order >= 0 && order <= MOST.order))
    throw new InputError('setting continuumOrder', `a whole number, 0 to ${MOST.order}`, order);
  return rms > 0 ? { rms, order } : null;
}
