import { groupings } from './quantity';
import type { StarTable } from './starTable';

type Column = readonly (string | number | null)[];

/** Columns of a table for a file, each with its name first. @param rows absent: all */
export function savedColumns(table: StarTable, names: readonly string[], rows?: readonly number[]): Column[] {
  const listed = rows ?? table.ids.map((_, row) => row);
  return [
    ['star', ...listed.map((row) => table.ids[row])],
    ...names.flatMap((name): Column[] => {
      const values = table.columns[name];
      const known = table.names[name];
      if (known) return [[name, ...listed.map((row) => known.names[known.places[row]] ?? null)]];
      return values ? [[name, ...listed.map((row) => Number(values[row].toPrecision(6)))]] : [];
    }),
  ];
}

/** All columns that have come, numbers first. */
export function knownColumns({ columns, names }: StarTable): string[] {
  return [...Object.keys(columns), ...groupings.map(({ name }) => name).filter((name) => names[name])];
}
