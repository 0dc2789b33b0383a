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

/** A list of siblings, and the lines of it that tell none. */
export interface SiblingFile {
  readonly lines: readonly SiblingLine[];
  /** Each with its place, what was expected and what was found. */
  readonly badLines: readonly string[];
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
 * (RFC 4180); lines that begin with # are comments. A line that lacks a cluster or a star is told apart from the others, which are used.
 * @throws FileError for a file that is none, that has no such header, or no line of siblings
 */
export async function readSiblingFile(path: string): Promise<SiblingFile> {
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
  const [header, ...body] = lines
    .map((text, i) => ({ line: i + 1, text }))
    .filter(({ text }) => text.trim() !== '' && !text.startsWith('#'));
  const at = columnsOf(path, fieldsOf(header?.text ?? '') ?? [header.text], header?.line ?? 1);
  const read = body.map(({ line, text }) => siblingOf(line, text, at));
  const siblings = read.filter((each) => typeof each !== 'string');
  const badLines = read.filter((each) => typeof each === 'string');
  if (siblings.length === 0)
    throw new FileError({
      file: path,
      place: 'file',
      expected: 'lines of siblings below the header',
      found: badLines.length ? `${badLines.length} lines of none: ${badLines.slice(0, 3).join('; ')}` : 'none',
    });
  return { lines: siblings, badLines };
}

type Places = Record<(typeof columns)[number], number>;

/** @returns what is wrong with the line, where it tells no sibling */
function siblingOf(line: number, text: string, at: Places): SiblingLine | string {
  const fields = fieldsOf(text);
  if (!fields) return `line ${line}: expected fields separated by commas, found ${text.slice(0, 80)}`;
  const [cluster, star] = columns.map((name) => fields[at[name]]?.trim() ?? '');
  const missing = columns.filter((_, i) => ![cluster, star][i]);
  return missing.length
    ? `line ${line}: expected a ${missing.join(' and a ')}, found nothing`
    : { line, cluster, star };
}

function columnsOf(path: string, header: readonly string[], line: number): Places {
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

/** @returns null for a line that is not made of fields */
function fieldsOf(text: string): string[] | null {
  const fields: string[] = [];
  const field = /\s*(?:"((?:[^"]|"")*)"\s*|([^",]*))(,|$)/y;
  for (;;) {
    const found = field.exec(text);
    if (!found) return null;
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] === '') return fields;
  }
}
