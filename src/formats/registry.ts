import { InputError } from '../domain/errors.js';
import { apogee } from './apogee/format.js';
import type { SurveyFormat } from './format.js';
import { hdf5 } from './hdf5/format.js';

/** Every format that can be ingested. The contract tests run over each. */
export const formats: readonly SurveyFormat[] = [apogee, hdf5];

/** @throws InputError listing the formats, when there is none of that name */
export function findFormat(name: string): SurveyFormat {
  const format = formats.find((candidate) => candidate.name === name);
  if (!format) throw new InputError('format', `one of ${formats.map((f) => f.name).join(', ')}`, name);
  return format;
}
