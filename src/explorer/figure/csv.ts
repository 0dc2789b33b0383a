import { saveFile } from './saveFile';

type Cell = string | number | null;

/** Hands columns, each with its name first, to the reader as a CSV file (RFC 4180). */
export function saveCsv(name: string, columns: readonly (readonly Cell[])[]): void {
  saveFile(name, new Blob([toCsv(columns)], { type: 'text/csv' }));
}

/** A number that is unknown is an empty cell. */
export function toCsv(columns: readonly (readonly Cell[])[]): string {
  const length = Math.max(0, ...columns.map((column) => column.length));
  const lines = Array.from({ length }, (_, row) => columns.map((column) => cell(column[row] ?? null)).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: Cell): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
