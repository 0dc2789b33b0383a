import { FileError, InputError } from '../domain/errors.js';
import { aspcap } from './apogee/aspcapStar.js';
import { apogee } from './apogee/format.js';
import { refuseProduct } from './apogee/otherProducts.js';
import { withContent } from './fileContent.js';
import { fitsTable } from './fitsTable/format.js';
import type { SurveyFormat } from './format.js';
import { hdf5 } from './hdf5/format.js';
import { mwm } from './mwm/mwmStar.js';
import { parquet } from './parquet/format.js';
import { bounded } from './reading/bounded.js';

/** Every format that can be ingested; those that foreign libraries decode are bounded. The contract tests run over each. */
export const formats: readonly SurveyFormat[] = [...[apogee, aspcap, mwm], bounded(hdf5), bounded(parquet), fitsTable];

/** The word after `--format` that leaves it to each file's content. */
export const AUTO = 'auto';

/** @throws InputError listing the formats, when there is none of that name */
export function findFormat(name: string): SurveyFormat {
  const format = formats.find((candidate) => candidate.name === name);
  if (!format) throw new InputError('format', `one of ${[AUTO, ...formats.map((f) => f.name)].join(', ')}`, name);
  return format;
}

/**
 * The format of a file, by its content alone.
 * @throws FileError when it is of none, by name and with what to use instead where it is a known product of a survey
 */
export async function recogniseFormat(path: string): Promise<SurveyFormat> {
  return withContent(path, (content) => {
    const format = formats.find((candidate) => candidate.recognises(content));
    if (format) return format;
    const expected = `a file of one of the formats ${formats.map(({ name }) => name).join(', ')}`;
    if (content.fits) throw refuseProduct(content.fits, expected);
    throw new FileError({ file: path, place: 'file', expected, found: content.kind });
  });
}
