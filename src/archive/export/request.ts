import { z } from 'zod';
import { InputError } from '../../domain/errors.js';
import type { TableFormat } from '../table/column.js';
import { csv } from '../table/csv.js';
import { fits } from '../table/fits.js';
import { parquet } from '../table/parquet.js';
import { votable } from '../table/votable.js';

export const exportFormats = { parquet, votable, fits, csv } as const satisfies Record<string, TableFormat>;
export type ExportFormat = keyof typeof exportFormats;

/** stars: identifiers, positions, parameters and abundances; latents: what a model makes of their spectra; spectra: flux, error and mask. */
export const exportTables = ['stars', 'latents', 'spectra'] as const;

const formatNames = Object.keys(exportFormats) as [ExportFormat, ...ExportFormat[]];

const schema = z.strictObject({
  release: z.string().min(1).max(200),
  format: z.enum(formatNames),
  what: z.enum(exportTables).default('stars'),
  model: z.string().min(1).max(50).nullable().default(null),
});

/** Which table of which release, and in which format. */
export type ExportRequest = z.output<typeof schema>;

/** What a body of POST /export looks like. */
export const exampleBody = `{"release": "NAME", "format": "${formatNames.join('|')}", "what": "${exportTables.join('|')}"}`;

/**
 * @param remedy for the error; a command's options are no body
 * @throws InputError naming the field, what was expected and what was found
 */
export function readExportRequest(value: unknown, remedy?: string): ExportRequest {
  const parsed = schema.safeParse(value);
  if (parsed.success) return held(parsed.data);
  const { path, message } = parsed.error.issues[0];
  const found = path.reduce<unknown>(
    (inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key],
    value,
  );
  throw new InputError(
    path.join('.') || 'the body',
    message
      .replace(/^.*?expected /, '')
      .replace(/, received .*$/, '')
      .replaceAll('|', ', '),
    typeof found === 'string' ? found : (JSON.stringify(found) ?? 'nothing'),
    remedy,
  );
}

/** A spectrum is no line of text. */
function held(asked: ExportRequest): ExportRequest {
  if (asked.what !== 'spectra' || exportFormats[asked.format].holdsArrays) return asked;
  const able = formatNames.filter((name) => exportFormats[name].holdsArrays);
  throw new InputError(
    'format',
    `${able.join(', ')} for a table of spectra, which holds arrays`,
    asked.format,
    `a single spectrum is sent as ${asked.format} at /spectra/NAME.${exportFormats[asked.format].extension}`,
  );
}
