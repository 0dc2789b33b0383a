import { z } from 'zod';
import { FileError } from '../../domain/errors.js';
import { parameterNames } from '../../domain/parameters.js';
import type { Method } from '../models/method.js';
import { methods } from '../models/registry.js';
import type { SampleSettings } from '../representation/sampleSettings.js';

/** What made the model, and what its numbers need beside them. */
const descriptionSchema = z.object({
  method: z.string(),
  preset: z.string(),
  /** All settings of the method, after overrides; the representation among them. */
  settings: z.record(z.string(), z.unknown()),
  scaling: z.string(),
  /** How wrong continua were taken to be, see ContinuumError; absent: right. */
  continuumError: z.number().optional(),
  continuumOrder: z.int().optional(),
  parameters: z.array(z.enum(parameterNames)).min(1),
  /** What u = ±1 stands for, in the order of `parameters`. */
  ranges: z.array(z.object({ min: z.number(), max: z.number(), limit: z.number() })),
  /** Of the wavelength grid, which is a tensor. */
  chips: z.array(z.object({ start: z.int(), end: z.int() })),
  /** Numbers in a row of x: components of the spectral basis, or covered pixels. */
  components: z.int(),
  spectra: z.int(),
  seed: z.int(),
  backend: z.string(),
  /** What trained it. */
  device: z.enum(['cpu', 'gpu']).default('cpu'),
  metrics: z.record(z.string(), z.number()),
});
export type ModelDescription = z.output<typeof descriptionSchema>;

/**
 * The method that a description names, and its settings checked. A model stored before settings had a representation was trained on the basis.
 * @throws FileError where the method does not exist, or the settings are not its
 */
export function methodOf({ method, settings }: ModelDescription): { method: Method; settings: SampleSettings } {
  const found = methods.find(({ name }) => name === method);
  if (!found)
    throw artefactFault('metadata, model.method', `one of ${methods.map(({ name }) => name).join(', ')}`, method);
  const parsed = found.schema.safeParse(settings);
  if (!parsed.success)
    throw artefactFault(
      `metadata, model.settings.${parsed.error.issues[0].path.join('.')}`,
      parsed.error.issues[0].message,
      'something else',
    );
  return { method: found, settings: parsed.data };
}

/** @throws FileError where the text is not the description of a model */
export function readDescription(text: string): ModelDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw artefactFault('metadata, model', 'JSON', text.slice(0, 40) || 'nothing');
  }
  const parsed = descriptionSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw artefactFault(`metadata, model.${issue.path.join('.')}`, issue.message, 'something else');
}

/** A fault of a stored model, at a place within it. */
export function artefactFault(place: string, expected: string, found: string): FileError {
  return new FileError({ file: 'model artefact', place, expected, found });
}
