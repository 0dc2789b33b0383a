import { InputError } from '../../domain/errors.js';
import { type Cone, parseDeclination, parseRightAscension } from '../../domain/skyPosition.js';
import { type SpectrumFileFormat, spectrumFileFormats } from '../../domain/spectrumAddress.js';
import { readNumber, type VoQuery } from './query.js';
import type { Range } from './range.js';
import { readTimes } from './time.js';

/** A query of Simple Spectral Access 1.1. */
export interface SpectrumQuery {
  readonly cone: Cone | null;
  /** Wavelengths in vacuum, m; a spectrum must meet one of them. Empty: all. */
  readonly bands: readonly Range[];
  /** Modified Julian Dates; a spectrum must meet one of them. Empty: all. */
  readonly times: readonly Range[];
  readonly formats: readonly SpectrumFileFormat[];
  /** Only the columns, and what may be asked for. */
  readonly metadata: boolean;
  /** Names of stars; null: all. */
  readonly targets: readonly string[] | null;
  /** Name of a release; null: each star's newest. */
  readonly collection: string | null;
}

export const mediaTypes: Readonly<Record<SpectrumFileFormat, string>> = {
  fits: 'application/fits',
  csv: 'text/csv',
  bin: 'application/octet-stream',
};

/** Diameter in degrees where SIZE is not given. */
const USUAL_SIZE = 0.1;

/** @throws InputError naming the parameter, what was expected and what was found */
export function readSpectrumQuery(query: VoQuery): SpectrumQuery {
  const request = query.text('REQUEST');
  if (request?.toLowerCase() !== 'querydata') throw new InputError('REQUEST', 'queryData', request ?? 'nothing');
  const version = query.text('VERSION');
  if (version !== null && !/^1(\.\d+)?$/.test(version)) throw new InputError('VERSION', '1.1', version);
  const format = (query.text('FORMAT') ?? 'all').toLowerCase();
  return {
    cone: readCone(query),
    bands: (query.text('BAND') ?? '').split(',').filter(Boolean).map(readBand),
    times: (query.text('TIME') ?? '').split(',').filter(Boolean).map(readTimes),
    formats: format.split(',').flatMap((word) => [...(named[word.trim()] ?? [])]),
    metadata: format === 'metadata',
    targets: query.text('TARGETNAME')?.split(',') ?? null,
    collection: query.text('COLLECTION'),
  };
}

/** What FORMAT may name (2.1.1.5); a type that there is none of asks for nothing. */
const named: Readonly<Record<string, readonly SpectrumFileFormat[]>> = {
  all: spectrumFileFormats,
  native: ['fits'],
  fits: ['fits'],
  'image/fits': ['fits'],
  csv: ['csv'],
  ...Object.fromEntries(spectrumFileFormats.map((format) => [mediaTypes[format], [format]])),
};

function readCone(query: VoQuery): Cone | null {
  const size = query.number('SIZE') ?? USUAL_SIZE;
  if (!(size >= 0 && size <= 360)) throw new InputError('SIZE', 'a diameter of 0 to 360 degrees', size);
  const text = query.text('POS');
  if (text === null) return null;
  const [place, frame = 'ICRS', ...rest] = text.split(';');
  const [first, second, ...more] = place.split(',');
  if (frame.trim().toUpperCase() !== 'ICRS' || rest.length > 0)
    throw new InputError('POS', 'coordinates in ICRS', text);
  if (second === undefined || more.length > 0) throw new InputError('POS', 'RA,DEC in decimal degrees', text);
  const [ra, dec] = [
    parseRightAscension(readNumber('POS', first.trim())),
    parseDeclination(readNumber('POS', second.trim())),
  ];
  if (ra === null || dec === null) throw new InputError('POS', 'RA of 0 to 360 and DEC of -90 to 90 degrees', text);
  return { ra, dec, radius: size / 2 };
}

function readBand(text: string): Range {
  const expected = 'wavelengths in m: MIN/MAX, MIN/, /MAX or one; names of bands are not known here';
  const [place, ...qualifiers] = text.split(';');
  if (qualifiers.some((word) => !['source', 'observer'].includes(word.trim())))
    throw new InputError('BAND', expected, text);
  const ends = place.split('/').map((end) => {
    const value = end.trim() === '' ? null : Number(end);
    if (value !== null && !(value >= 0 && Number.isFinite(value))) throw new InputError('BAND', expected, text);
    return value;
  });
  const [min, max = min] = ends;
  if (ends.length > 2 || (min === null && max === null)) throw new InputError('BAND', expected, text);
  if (min !== null && max !== null && min > max) throw new InputError('BAND', 'a range from its smaller end', text);
  return { min, max };
}
