import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { ReadOptions, SurveyFormat } from '../format.js';
import type { LabelSource } from '../labels/labelSource.js';
import type { BoundedFormat } from './protocol.js';
import { ReadingProcess } from './readingProcess.js';

/** Milliseconds for an answer. The longest is the first of a row group of 240 MiB of Parquet: it took 11 s on a busy machine. */
const LIMIT = 120_000;

/**
 * A format whose files are decoded by a process of its own: whatever is damaged in one, each step ends, within the limit (ms), with an error that says so
 * where it did not end by itself.
 */
export function bounded(format: SurveyFormat & { readonly name: string }, limit = LIMIT): SurveyFormat {
  const name = format.name as BoundedFormat;
  const { description, survey, maskBits, recognises } = format;
  return {
    ...{ name, description, survey, maskBits, recognises },
    simulated: (path) => once(path, limit, (reader) => reader.ask({ ask: 'simulated', format: name, path }, 'file')),
    count: (path, options) =>
      once(path, limit, (reader) => reader.ask({ ask: 'count', format: name, path, options }, 'file')),
    parts: (path) => once(path, limit, (reader) => reader.ask({ ask: 'parts', format: name, path }, 'file')),
    read: (path, options) => readRecords(name, path, options, limit),
  };
}

/** A table of labels in Parquet, decoded in the same way. */
export async function boundedLabels(path: string, limit = LIMIT): Promise<LabelSource> {
  const reader = ReadingProcess.take({ file: path, limit });
  try {
    const columns = await reader.ask({ ask: 'labels', path }, 'file');
    return { columns, rows: (wanted) => readRows(reader, wanted), close: () => reader.release() };
  } catch (error) {
    await reader.release();
    throw error;
  }
}

async function* readRecords(
  format: BoundedFormat,
  path: string,
  options: ReadOptions,
  limit: number,
): AsyncGenerator<SpectrumRecord> {
  const reader = ReadingProcess.take({ file: path, limit });
  try {
    await reader.ask({ ask: 'records', format, path, options }, 'file');
    let known: WavelengthGrid | null = null;
    for (let read = 0; ; ) {
      const batch = await reader.ask({ ask: 'nextRecords' }, read ? `what follows spectrum ${read}` : 'spectra');
      if (!batch) return;
      known = batch.grid ?? known;
      if (!known) throw new Error(`${path}: spectra without a grid`);
      // One object for all: what depends on a grid is kept by it.
      const grid = known;
      for (const record of batch.records) yield { ...record, grid };
      read += batch.records.length;
    }
  } finally {
    await reader.release();
  }
}

async function* readRows(reader: ReadingProcess, columns: readonly string[]): ReturnType<LabelSource['rows']> {
  await reader.ask({ ask: 'rows', columns }, 'rows');
  for (let read = 0; ; ) {
    const rows = await reader.ask({ ask: 'nextRows' }, read ? `what follows row ${read}` : 'rows');
    if (!rows) return;
    yield rows;
    read += rows.length;
  }
}

async function once<T>(file: string, limit: number, use: (reader: ReadingProcess) => Promise<T>): Promise<T> {
  const reader = ReadingProcess.take({ file, limit });
  try {
    return await use(reader);
  } finally {
    await reader.release();
  }
}
