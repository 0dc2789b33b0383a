import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { FileError } from '../../domain/errors.js';
import type { LabelSource } from './labelSource.js';

const BLOCK = 5000;

/**
 * A table of comma- or tab-separated values with a header line (RFC 4180, but a value holds no line break); lines that start with # are comments. The
 * separator is the one that the header has.
 */
export async function csvLabels(path: string): Promise<LabelSource> {
  const input = createReadStream(path);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const close = async () => {
    lines.close();
    input.destroy();
    if (!input.closed) await once(input, 'close');
  };
  const reading = lines[Symbol.asyncIterator]();
  const next = async (): Promise<string | null> => {
    for (;;) {
      const { value: line, done } = await reading.next();
      if (done) return null;
      const value = line.replace(/^\ufeff/, '');
      if (value.trim() !== '' && !value.startsWith('#')) return value;
    }
  };
  const header = (await next()) ?? '';
  const separator = header.includes('\t') ? '\t' : ',';
  const columns = split(header, separator);
  // A page of text or binary data has lines, too, but no table's header.
  if (columns.length < 2 || header.includes('\0')) {
    await close();
    throw new FileError({
      file: path,
      place: 'first line',
      expected: 'names of columns, separated by commas or tabs',
      found: JSON.stringify(header.slice(0, 60)),
    });
  }
  return {
    columns,
    async *rows(wanted) {
      const places = wanted.map((name) => columns.indexOf(name));
      let block: unknown[][] = [];
      let row = 0;
      for (let line = await next(); line !== null; line = await next(), row++) {
        const values = split(line, separator);
        if (values.length !== columns.length)
          throw new FileError({
            file: path,
            place: `row ${row}`,
            expected: `${columns.length} values, as the header has`,
            found: String(values.length),
          });
        block.push(places.map((place) => values[place]));
        if (block.length >= BLOCK) {
          yield block;
          block = [];
        }
      }
      yield block;
    },
    close,
  };
}

/** Values in double quotes may hold the separator; two quotes are one. */
function split(line: string, separator: string): string[] {
  const values: string[] = [];
  let value = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '"') {
      if (quoted && line[i + 1] === '"') value += line[i++];
      else quoted = !quoted;
    } else if (line[i] === separator && !quoted) {
      values.push(value.trim());
      value = '';
    } else value += line[i];
  }
  return [...values, value.trim()];
}
