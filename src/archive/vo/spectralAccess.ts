import { Router } from 'express';
import type { StarId } from '../../domain/star.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Database } from '../../storage/database.js';
import { loadObservedTimes } from '../../storage/observedTime.js';
import { narrowView, readView, type View } from '../../storage/view.js';
import { type ArchiveServices, databaseFor } from '../services.js';
import { attributes, escapeXml } from '../table/xml.js';
import { sendAnswer, withVoErrors } from './answer.js';
import { MOST_RECORDS, VoQuery } from './query.js';
import { type OfferedSpectrum, offerColumns } from './spectrumColumns.js';
import { readSpectrumQuery, type SpectrumQuery } from './spectrumQuery.js';
import { listedStars } from './stars.js';

/**
 * Simple Spectral Access 1.1 (IVOA Recommendation 2012): /ssap?REQUEST=queryData[&POS=&SIZE=&BAND=&TIME=&FORMAT=&TARGETNAME=&COLLECTION=&MAXREC=]. A row for each combined spectrum
 * and format; FORMAT=METADATA tells what may be asked for.
 */
export function spectralAccess(services: ArchiveServices): Router {
  const router = Router();
  router.get(
    '/ssap',
    withVoErrors(async (request, response) => {
      const asked = new VoQuery(request);
      const query = readSpectrumQuery(asked);
      const most = asked.maxrec();
      const db = databaseFor(services, response);
      const view = await readView(db, services.reader(response).releases);
      const columns = offerColumns(services.publicUrl());
      const { offers, overflow } =
        query.metadata || query.formats.length === 0 || most === 0
          ? { offers: [], overflow: false }
          : await offered(db, services, view, query, most);
      sendAnswer(response, {
        name: 'spectra',
        description: 'Combined spectra, divided by their continuum, in vacuum and at rest',
        columns,
        rows: query.metadata ? null : offers.map((offer) => columns.map(({ value }) => value(offer))),
        overflow,
        infos: {
          SERVICE_PROTOCOL: '1.1',
          ...(query.times.length > 0 && { TIME: 'spectra whose dates are not known are left out' }),
        },
        parameters: query.metadata ? inputs() : '',
      });
    }),
  );
  return router;
}

async function offered(
  db: Database,
  { grids, resolve }: ArchiveServices,
  view: View,
  { cone, bands, times, formats, targets, collection }: SpectrumQuery,
  most: number,
): Promise<{ offers: OfferedSpectrum[]; overflow: boolean }> {
  const seen = collection === null ? view : narrowView(view, collection);
  const found = targets && (await resolve(db, seen, targets.slice(0, MOST_RECORDS)));
  const ids = found?.flatMap((one) => (one instanceof Error ? one.candidates : one === null ? [] : [one]));
  const filter = { cone, ids: ids as StarId[] | undefined, observed: times.length > 0 ? times : null };
  const { stars, overflow } = await listedStars(db, seen, filter, most);
  const observed = await loadObservedTimes(
    db,
    seen,
    stars.map(({ star }) => star.id),
  );
  const offers: OfferedSpectrum[] = [];
  for (const star of stars) {
    const grid = await grids.load(star.spectrum.gridId);
    if (bands.length === 0 || bands.some((band) => meets(grid, band)))
      offers.push(
        ...formats.map((format) => ({ ...star, format, grid, observed: observed.get(star.star.id) ?? null })),
      );
  }
  return { offers: offers.slice(0, most), overflow: overflow || offers.length > most };
}

function meets({ wavelength }: WavelengthGrid, { min, max }: SpectrumQuery['bands'][number]): boolean {
  const [start, end] = [wavelength[0] * 1e-10, wavelength[wavelength.length - 1] * 1e-10];
  return (min === null || end >= min) && (max === null || start <= max);
}

/** What may be asked for, as FORMAT=METADATA tells it (4.2.4). */
function inputs(): string {
  const parameters = [
    ['POS', 'RA,DEC in decimal degrees, ICRS'],
    ['SIZE', 'Diameter, degrees'],
    ['BAND', 'Wavelengths in vacuum, m: MIN/MAX'],
    ['TIME', 'ISO 8601, UTC: a time, or START/END; spectra of unknown date are left out'],
    ['FORMAT', 'all, fits, csv, application/fits, text/csv, application/octet-stream, metadata'],
    ['TARGETNAME', 'Identifiers of stars, with commas between them'],
    ['COLLECTION', 'Name of a release'],
    ['MAXREC', `Rows at most, 0 to ${MOST_RECORDS}`],
  ];
  return parameters
    .map(
      ([name, description]) =>
        `<PARAM${attributes({ name: `INPUT:${name}`, datatype: 'char', arraysize: '*', value: '' })}><DESCRIPTION>${escapeXml(description)}</DESCRIPTION></PARAM>\n`,
    )
    .join('');
}
