import type { Mark } from '../figure/lineFigure';
import strongLines from './strongLines.json';

/** By element, `wavelength strength` of its strongest lines: Å in vacuum, and log10 of their relative strength in a giant of 4,500 K. */
const tables: Readonly<Record<string, string>> = strongLines;

/** Elements whose lines can be shown, by atomic number. */
export const species: readonly string[] = Object.keys(tables);

/** The strongest absorption lines of some elements. */
export function lineMarks(shown: readonly string[]): Mark[] {
  return shown.flatMap((element) =>
    (tables[element] ?? '').split(', ').map((line) => {
      const [at, strength] = line.split(' ').map(Number);
      return { at, strength, text: element };
    }),
  );
}
