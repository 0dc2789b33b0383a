import { FileError } from '../../domain/errors.js';
import { mostPixels, type SingleSpectrum } from '../../domain/observedSpectrum.js';
import { SourceFile } from '../sourceFile.js';
import { type NamedQuantity, type Quantity, recogniseName } from './columnNames.js';
import { fromColumns, type SpectrumColumns } from './columns.js';
import { plainName, readFacts } from './facts.js';

/** Comments, blank lines and the header together; a table of spectra has few. */
const MOST_OTHER_LINES = 10_000;
/** Without a header, columns count in the usual order. */
const usualOrder: readonly Quantity[] = ['wavelength', 'flux', 'error'];

/** Values that stand for a missing one. */
const missing = /^(|nan|null|none|na|n\/a|--?|inf|-inf|infinity)$/i;

/**
 * A spectrum as text in columns: separated by comma, semicolon, tab or blanks, with or without a header, whose names are recognised as in
 * columnNames.ts. Lines that begin with # are comments; `# teff = 4500` in one is a fact, and the last one before the numbers may be the header.
 * @throws FileError naming the line
 */
export async function readCsv(path: string): Promise<SingleSpectrum> {
  const file = await SourceFile.open(path, 'a table of text');
  let text: string;
  try {
    text = (await file.read(0, file.size, 'file')).toString('utf8').replace(/^\uFEFF/, '');
  } finally {
    await file.close();
  }
  return new Table(path, text).spectrum();
}

interface Column extends Omit<NamedQuantity, 'quantity'> {
  readonly quantity: Quantity;
  readonly index: number;
}

/** The lines of a text, taken one by one: a line too many or a word among the numbers ends the reading there. */
class Table {
  private readonly comments: string[] = [];
  private separator: string | RegExp = ',';
  private columns: Column[] | null = null;
  private readonly values: number[][] = [];

  constructor(
    private readonly path: string,
    text: string,
  ) {
    let line = 0;
    for (let start = 0; start < text.length; ) {
      const end = lineEnd(text, start);
      this.take(text.slice(start, end).trim(), ++line);
      start = end + (text.startsWith('\r\n', end) ? 2 : 1);
      if (line - this.pixels > MOST_OTHER_LINES)
        throw this.fault('file', 'a table of numbers', `${MOST_OTHER_LINES} lines without`);
    }
    if (this.pixels === 0) throw this.fault('file', 'lines of numbers: wavelength, flux, error', 'none');
  }

  spectrum(): SingleSpectrum {
    const columns = this.columns ?? [];
    const of = (quantity: Quantity) => columns.findIndex((column) => column.quantity === quantity);
    const values: Record<string, number[]> = {};
    columns.forEach(({ quantity }, i) => {
      values[quantity] ??= this.values[i];
    });
    const wavelength = columns[Math.max(of('wavelength'), of('logWavelength'))];
    const facts = this.facts();
    return fromColumns(
      { path: this.path, place: 'columns' },
      { values: values as SpectrumColumns['values'], unit: wavelength?.unit ?? null },
      {
        ...facts,
        medium: wavelength?.medium ?? facts.medium,
        normalised: columns[of('flux')]?.normalised || facts.normalised,
      },
    );
  }

  private get pixels(): number {
    return this.values[0]?.length ?? 0;
  }

  private take(line: string, number: number): void {
    if (line === '') return;
    if (line.startsWith('#')) {
      if (this.comments.length < MOST_OTHER_LINES) this.comments.push(line.replace(/^#+\s*/, ''));
      return;
    }
    if (!this.columns) {
      this.separator = separatorOf(line);
      const first = this.split(line);
      if (!first.every(isNumber)) {
        this.columns = this.recognise(first, `line ${number}`);
        return;
      }
      this.columns = this.headerComment(first.length) ?? this.byOrder(first.length, number);
    }
    this.addRow(line, number);
  }

  private addRow(line: string, number: number): void {
    const columns = this.columns as Column[];
    const cells = this.split(line);
    if (this.pixels >= mostPixels) throw this.fault(`line ${number}`, `at most ${mostPixels} pixels`, 'more');
    columns.forEach(({ index }, i) => {
      const cell = cells[index];
      if (cell === undefined || !isNumber(cell))
        throw this.fault(
          `line ${number}`,
          `a number in column ${index + 1}`,
          JSON.stringify((cell ?? 'nothing').slice(0, 40)),
        );
      this.values[i] ??= [];
      this.values[i].push(missing.test(cell) ? Number.NaN : Number(cell));
    });
  }

  private split(line: string): string[] {
    return line.split(this.separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  }

  private recognise(labels: readonly string[], place: string): Column[] {
    const columns = labels.flatMap((label, index) => {
      const named = recogniseName(label);
      return named ? [{ ...named, index }] : [];
    });
    if (columns.some(({ quantity }) => quantity === 'flux')) return columns;
    const shown = labels.slice(0, 8).join(', ').slice(0, 120);
    throw this.fault(place, 'a header with columns wavelength, flux and error', shown);
  }

  /** The last comment, where it names as many columns as there are. */
  private headerComment(count: number): Column[] | null {
    const last = this.comments.at(-1) ?? '';
    const labels = last.split(separatorOf(last)).map((label) => label.trim());
    const named = labels.some((label) => recogniseName(label)?.quantity === 'flux');
    return named && labels.length === count ? this.recognise(labels, 'the last comment') : null;
  }

  private byOrder(count: number, number: number): Column[] {
    if (count < usualOrder.length)
      throw this.fault(`line ${number}`, 'three columns: wavelength, flux, error', `${count}`);
    return usualOrder.map((quantity, index) => ({ quantity, index, unit: null, medium: null, normalised: false }));
  }

  private facts() {
    const said = new Map(
      this.comments.flatMap((comment) => {
        const [, name, value] = /^([^=:]{1,40})[=:](.{1,80})$/.exec(comment) ?? [];
        return name === undefined ? [] : [[plainName(name), value.trim()] as const];
      }),
    );
    return readFacts((names) => {
      const found = names.find((name) => said.has(name));
      return found === undefined ? null : (said.get(found) as string).replace(/^["'](.*)["']$/, '$1');
    });
  }

  private fault(place: string, expected: string, found: string): FileError {
    return new FileError({ file: this.path, place, expected, found });
  }
}

function lineEnd(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || code === 13) return i;
  }
  return text.length;
}

function separatorOf(line: string): string | RegExp {
  return [',', ';', '\t'].find((sign) => line.includes(sign)) ?? /\s+/;
}

function isNumber(cell: string): boolean {
  return missing.test(cell) || Number.isFinite(Number(cell));
}
