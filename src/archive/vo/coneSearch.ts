import { Router } from 'express';
import { InputError } from '../../domain/errors.js';
import { type Cone, parseDeclination, parseRightAscension } from '../../domain/skyPosition.js';
import { spectrumPath } from '../../domain/spectrumAddress.js';
import { readView } from '../../storage/view.js';
import { type ArchiveServices, databaseFor } from '../services.js';
import type { Filled } from '../table/column.js';
import { sendAnswer, withVoErrors } from './answer.js';
import { VoQuery } from './query.js';
import { type ListedStar, listedStars } from './stars.js';

type StarColumn = Filled<ListedStar> & { readonly verbosity: 1 | 2 | 3 };

/** Simple Cone Search 1.03 (IVOA Recommendation 2008): /scs?RA=&DEC=&SR=[&VERB=][&MAXREC=], degrees, ICRS; nearest first. */
export function coneSearch(services: ArchiveServices): Router {
  const { reader, publicUrl } = services;
  const router = Router();
  router.get(
    '/scs',
    withVoErrors(async (request, response) => {
      const query = new VoQuery(request);
      const cone = readCone(query);
      const verbosity = readVerbosity(query);
      const most = query.maxrec();
      const db = databaseFor(services, response);
      const view = await readView(db, reader(response).releases);
      // A radius of 0 asks for the columns alone (2.1).
      const none = { stars: [], overflow: false };
      const { stars, overflow } = cone.radius === 0 || most === 0 ? none : await listedStars(db, view, { cone }, most);
      const columns = starColumns(publicUrl()).filter((column) => column.verbosity <= verbosity);
      sendAnswer(response, {
        name: 'stars',
        description: 'Stars with published spectra',
        columns,
        rows: stars.map((listed) => columns.map(({ value }) => value(listed))),
        overflow,
      });
    }),
  );
  return router;
}

function readCone(query: VoQuery): Cone {
  const [ra, dec, radius] = ['RA', 'DEC', 'SR'].map((name) => {
    const value = query.number(name);
    if (value === null) throw new InputError(name, 'decimal degrees', 'nothing');
    return value;
  });
  const [alpha, delta] = [parseRightAscension(ra), parseDeclination(dec)];
  if (alpha === null) throw new InputError('RA', '0 to 360 degrees', ra);
  if (delta === null) throw new InputError('DEC', '-90 to 90 degrees', dec);
  if (!(radius >= 0 && radius <= 180)) throw new InputError('SR', '0 to 180 degrees', radius);
  return { ra: alpha, dec: delta, radius };
}

function readVerbosity(query: VoQuery): number {
  const text = query.text('VERB') ?? '2';
  if (!/^[123]$/.test(text)) throw new InputError('VERB', '1, 2 or 3', text);
  return Number(text);
}

/** With UCD 1, which the standard asks for in the columns that it requires. */
function starColumns(base: string): StarColumn[] {
  const text = (
    verbosity: 1 | 2 | 3,
    name: string,
    ucd: string,
    description: string,
    value: StarColumn['value'],
  ): StarColumn => ({
    verbosity,
    name,
    type: 'text',
    ucd,
    description,
    value,
  });
  const number = (
    verbosity: 1 | 2 | 3,
    name: string,
    unit: string,
    ucd: string,
    description: string,
    value: StarColumn['value'],
  ): StarColumn => ({
    ...text(verbosity, name, ucd, description, value),
    type: 'double',
    ...(unit && { unit }),
  });
  return [
    text(1, 'star_id', 'ID_MAIN', 'Key in the archive: survey:name', ({ star }) => star.id),
    number(1, 'ra', 'deg', 'POS_EQ_RA_MAIN', 'Right ascension, ICRS', ({ star }) => star.ra),
    number(1, 'dec', 'deg', 'POS_EQ_DEC_MAIN', 'Declination, ICRS', ({ star }) => star.dec),
    number(2, 'distance', 'deg', 'POS_ANG_DIST_GENERAL', 'From the centre', ({ distance }) => distance),
    text(2, 'name', 'ID_ALTERNATIVE', 'Identifier of the survey', ({ star }) => star.name),
    number(2, 'teff', 'K', 'PHYS_TEMP_EFFEC', 'Effective temperature', ({ parameters }) => parameters?.teff ?? null),
    number(
      2,
      'logg',
      'dex',
      'PHYS_GRAVITY',
      'log10 of surface gravity, cgs',
      ({ parameters }) => parameters?.logg ?? null,
    ),
    number(2, 'feh', 'dex', 'PHYS_ABUND_FE/H', '[Fe/H]', ({ parameters }) => parameters?.feh ?? null),
    number(
      2,
      'snr',
      '',
      'OBS_PARAM',
      'Signal to noise per pixel of the combined spectrum',
      ({ spectrum }) => spectrum.snr,
    ),
    number(3, 'teff_error', 'K', 'ERROR', '1 sigma', ({ parameters }) => parameters?.errors.teff ?? null),
    number(3, 'logg_error', 'dex', 'ERROR', '1 sigma', ({ parameters }) => parameters?.errors.logg ?? null),
    number(3, 'feh_error', 'dex', 'ERROR', '1 sigma', ({ parameters }) => parameters?.errors.feh ?? null),
    text(3, 'release', 'ID_VERSION', 'Release of the spectrum', ({ spectrum }) => spectrum.release),
    text(3, 'spectrum', 'DATA_LINK', 'Address of the spectrum, FITS', ({ spectrum }) => base + spectrumPath(spectrum)),
  ];
}
