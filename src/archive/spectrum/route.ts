import { type Request, Router } from 'express';
import { InputError, NotFoundError } from '../../domain/errors.js';
import { type SpectrumFileFormat, spectrumFileFormats } from '../../domain/spectrumAddress.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Release } from '../../storage/dataRelease.js';
import { findSpectrumFile, type SpectrumFile } from '../../storage/spectrumFile.js';
import { readView } from '../../storage/view.js';
import { type ArchiveServices, databaseFor } from '../services.js';
import { fileName, sendContent } from '../web/content.js';
import { readOne } from '../web/parameters.js';
import { spectrumBinary } from './binary.js';
import { spectrumCsv } from './csv.js';
import { spectrumFits } from './fits.js';

interface FileFormat {
  readonly type: string;
  readonly write: (file: SpectrumFile, grid: WavelengthGrid) => Buffer;
}

const formats: Readonly<Record<SpectrumFileFormat, FileFormat>> = {
  fits: { type: 'application/fits', write: spectrumFits },
  csv: { type: 'text/csv; charset=utf-8; header=present', write: spectrumCsv },
  bin: { type: 'application/octet-stream', write: spectrumBinary },
};

/** What a file that names its content says: it never changes. Any other is asked for again, and answered with 304 where it is the same. */
const LASTING = 'public, max-age=31536000, immutable';
const ASKED_AGAIN = 'public, no-cache';

/**
 * GET /spectra/{star}.fits|csv|bin, or without an ending what Accept prefers: the combined spectrum in the newest visible release, or ?release=R, ?visit=N. With ?content=HASH
 * (as `Spectrum.url` has it) only those very pixels, also where a later revision of the release has others.
 */
export function spectra(services: ArchiveServices): Router {
  const { grids, reader, resolve } = services;
  const router = Router();
  router.get('/spectra/:file', async (request, response) => {
    const { name, format } = readFile(request);
    const [release, visit, content] = [readOne(request, 'release'), readVisit(request), readContent(request)];
    const db = databaseFor(services, response);
    const view = await readView(db, reader(response).releases);
    const [starId] = await resolve(db, view, [name]);
    if (starId instanceof Error) throw starId;
    const found = starId && (await findSpectrumFile(db, view, { starId, visit, release, content }));
    if (!found) throw notFound({ name, visit, release, content });
    const grid = await grids.load(found.spectrum.gridId);
    const { type, write } = formats[format];
    const open = view.releases.some((each) => each.name === found.spectrum.release && isOpen(each));
    sendContent(request, response, {
      body: write(found, grid),
      type,
      filename: `${fileName(`${found.name}-${found.spectrum.release}`)}.${format}`,
      cacheControl: open ? (content === undefined ? ASKED_AGAIN : LASTING) : 'private, no-store',
    });
  });
  return router;
}

/** Published for all. */
function isOpen({ state, proprietary }: Release): boolean {
  return state === 'published' && !proprietary;
}

/** An ending that is none of a format belongs to the name. */
function readFile(request: Request): { name: string; format: SpectrumFileFormat } {
  const file = String(request.params.file);
  const format = spectrumFileFormats.find((ending) => file.endsWith(`.${ending}`));
  if (format) return { name: file.slice(0, -format.length - 1), format };
  const types = spectrumFileFormats.map((each) => formats[each].type.split(';')[0]);
  const accepted = request.accepts(types);
  if (accepted === false) throw Object.assign(new Error(`a spectrum is sent as ${types.join(', ')}`), { status: 406 });
  return { name: file, format: spectrumFileFormats[types.indexOf(accepted as string)] };
}

function readVisit(request: Request): number {
  const text = readOne(request, 'visit') ?? '0';
  if (!/^\d{1,9}$/.test(text))
    throw new InputError('visit', '0 for the combined spectrum, or the number of a visit', text);
  return Number(text);
}

function readContent(request: Request): string | undefined {
  const text = readOne(request, 'content');
  if (text !== undefined && !/^[0-9a-f]{16}$/.test(text))
    throw new InputError('content', '16 hexadecimal digits', text, 'take the address that Spectrum.url gives');
  return text;
}

interface Asked {
  readonly name: string;
  readonly visit: number;
  readonly release: string | undefined;
  readonly content: string | undefined;
}

/** Repeats what was asked, which tells nothing of what is hidden. */
function notFound({ name, visit, release, content }: Asked): NotFoundError {
  const narrowed = [...(visit ? [`visit=${visit}`] : []), ...(release === undefined ? [] : [`release=${release}`])];
  return new NotFoundError(
    'spectrum',
    narrowed.length ? `${name}?${narrowed.join('&')}` : name,
    content === undefined ? otherEnding(name) : 'leave ?content= out to get what the archive has of this star now',
  );
}

/** What there is, for a name that ends like a file of another format; names of stars may hold dots too. */
function otherEnding(name: string): string | undefined {
  const endings = spectrumFileFormats.map((format) => `.${format}`).join(', ');
  return /\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(name)
    ? `a spectrum is sent as ${endings}: ask for one of these`
    : undefined;
}
