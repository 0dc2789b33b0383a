import { readFile } from 'node:fs/promises';
import { FileError } from '../../src/domain/errors.js';
import { describeStart } from '../../src/formats/fileSignature.js';

/** One line of a file of siblings. */
export interface SiblingLine {
  readonly line: number;
  readonly cluster: string;
  /** In any form by which a star is known. */
  readonly star: string;
}

const columns = ['cluster', 'star'] as const;
/** More would be no list of open clusters. */
const MOST_LINES = 200_000;
const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder',
  EACCES: 'one that may not be read',
};

/**
 * Reads a CSV file of known siblings: a header with the columns `cluster` and `star`, in any order and beside any others, then a line for each star. Fields may be quoted
 * (RFC 4180); lines that begin with # are comments.
 * @throws FileError naming the line and column, what was expected and what was found
 */
export async function readSiblingFile(path: string): Promise<SiblingLine[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const found = FAILURES[error.code ?? ''] ?? error.message;
    throw new FileError({ file: path, place: 'file', expected: 'a readable CSV file', found });
  });
  // Of text a part may be quoted in a message; the bytes of anything else would reach the terminal.
  if (bytes.includes(0))
    throw new FileError({
      file: path,
      place: 'first bytes',
      expected: 'a CSV file',
      found: describeStart(bytes.subarray(0, 64)),
    });
  const lines = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/);
  if (lines.length > MOST_LINES)
    throw new FileError({
      file: path,
      place: 'file',
      expected: `at most ${MOST_LINES} lines`,
      found: `${lines.length}`,
    });
  const rows = lines
    .map((line, i) => ({ line: i + 1, text: line }))
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#'))
    .map(({ line, text }) => ({ line, fields: fieldsOf(path, line, text) }));
  const [header, ...body] = rows;
  const at = columnsOf(path, header?.fields ?? [], header?.line ?? 1);
  if (body.length === 0)
    throw new FileError({ file: path, place: 'file', expected: 'lines of siblings below the header', found: 'none' });
  return body.map(({ line, fields }) => {
    const [cluster, star] = columns.map((name) => {
      const value = fields[at[name]]?.trim() ?? '';
      if (value === '')
        throw new FileError({ file: path, place: `line ${line}, ${name}`, expected: 'a value', found: 'nothing' });
      return value;
    });
    return { line, cluster, star };
  });
}

function columnsOf(path: string, header: readonly string[], line: number): Record<(typeof columns)[number], number> {
  const names = header.map((name) => name.trim().toLowerCase());
  const [cluster, star] = columns.map((name) => names.indexOf(name));
  if (cluster < 0 || star < 0)
    throw new FileError(
      {
        file: path,
        place: `line ${line}`,
        expected: 'a header with the columns cluster and star, separated by commas',
        found: header.join(',') || 'nothing',
      },
      'name the columns in the first line: cluster,star',
    );
  return { cluster, star };
}

function fieldsOf(path: string, line: number, text: string): string[] {
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y;
  for (;;) {
    const found = field.exec(text);
    if (!found)
      throw new FileError({
        file: path,
        place: `line ${line}`,
        expected: 'fields separated by commas',
        found: text.slice(0, 80),
      });
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === '') return fields;
  }
}
