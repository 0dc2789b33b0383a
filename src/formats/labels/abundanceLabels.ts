import { FileError } from '../../domain/errors.js';
import { findImpossible } from '../../domain/parameters.js';
import { known, knownPositive } from '../missingValue.js';
import { findLabelColumn, type LabelMapping, openLabels, toName, toNumber } from './labelTable.js';

/** What a table tells of a star's abundances. */
export interface AbundanceLabel {
  readonly id: string;
  /** [Fe/H] for Fe, [X/Fe] for the others, dex; only those that are known and that the survey does not flag. */
  readonly abundances: Readonly<Record<string, number>>;
  /** Values that the survey flags, and that are left out for it. */
  readonly flagged: number;
  /** Values that no star can have, which are left out: 'Fe: expected -7 to 2 dex, found 150'. A row whose Teff or log g is impossible has no others. */
  readonly impossible: readonly string[];
}

/** Elements that surveys tell. */
const symbols =
  'Li C N O Na Mg Al Si P S K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Rb Sr Y Zr Mo Ru Ba La Ce Nd Sm Eu Yb'.split(' ');
/** Wide of every star that is known, dex; 7.5, on the scale of log epsilon, is outside. */
const possible = { Fe: { min: -7, max: 2 }, other: { min: -4, max: 4 } } as const;

/** Names by which surveys and users call a column for an element, in lower case (allStar, astraAllStar, GALAH, plain tables). */
const patterns = {
  overIron: (x: string) => (x === 'fe' ? ['fe_h', '[fe/h]', 'feh'] : [`${x}_fe`, `[${x}/fe]`, `${x}fe`]),
  overHydrogen: (x: string) => (x === 'fe' ? [] : [`${x}_h`, `[${x}/h]`]),
  flag: (x: string) => [`${x}_fe_flag`, `flag_${x}_fe`, `${x}_h_flag`, `${x}_h_flags`, `flag_${x}_h`, `flag_${x}`],
} as const;

/** Flags of a whole row: the bits of them that make all its abundances unusable. null: any. */
const rowFlags: Readonly<Record<string, number | null>> = {
  // Bit 23 of APOGEE_ASPCAPFLAG, STAR_BAD.
  aspcapflag: 1 << 23,
  flag_bad: null,
  // GALAH: 0 where the stellar parameters can be used.
  flag_sp: null,
};

interface ElementColumns {
  readonly element: string;
  readonly column: string;
  /** Whether the column has [X/H], from which [Fe/H] is to be taken. */
  readonly overHydrogen: boolean;
  readonly flag: string | null;
}

/**
 * Reads abundances from a table, in blocks: CSV, Parquet or FITS, by its content.
 * @param mapping names of the columns id, teff and logg where they are not the usual ones
 * @param columns names of columns by element, where they are not the usual ones
 * @throws FileError when the table has no column for the id or for any abundance, lacks one that `columns` names, or is damaged
 */
export async function* readAbundanceLabels(
  path: string,
  mapping: LabelMapping = {},
  columns: Readonly<Record<string, string>> = {},
): AsyncGenerator<AbundanceLabel[]> {
  const source = await openLabels(path);
  try {
    const find = (names: readonly string[]) =>
      source.columns.find((column) => names.includes(column.toLowerCase())) ?? null;
    const [id, teff, logg] = (['id', 'teff', 'logg'] as const).map((name) =>
      findLabelColumn(path, name, mapping[name], source.columns),
    );
    const elements = elementColumns(path, source.columns, columns, find);
    if (!id || !elements.length)
      throw new FileError(
        {
          file: path,
          place: 'columns',
          expected: 'an id and abundances such as FE_H and MG_FE',
          found: source.columns.slice(0, 30).join(', '),
        },
        'name the columns in the configuration: "ingest": { "labels": { "id": "…" } }, "abundances": { "columns": { "Mg": "…" } }',
      );
    const flags = source.columns.filter((column) => column.toLowerCase() in rowFlags);
    const wanted = [...new Set([id, teff, logg, ...elements.flatMap(({ column, flag }) => [column, flag]), ...flags])];
    const present = wanted.filter((name) => name !== null);
    const places = new Map(present.map((name, place) => [name, place]));
    for await (const rows of source.rows(present))
      yield rows.flatMap((row) => {
        const value = (column: string | null) => (column === null ? null : row[places.get(column) as number]);
        const name = toName(value(id));
        if (name === '') return [];
        return [{ id: name, ...readRow(value, { teff, logg, elements, flags }) }];
      });
  } finally {
    await source.close();
  }
}

function elementColumns(
  file: string,
  all: readonly string[],
  given: Readonly<Record<string, string>>,
  find: (names: readonly string[]) => string | null,
): ElementColumns[] {
  const unknown = Object.entries(given).find(([, column]) => !all.some((each) => sameName(each, column)));
  if (unknown)
    throw new FileError({
      file,
      place: 'columns',
      expected: `the column "${unknown[1]}", which the configuration names for ${unknown[0]}`,
      found: all.slice(0, 30).join(', '),
    });
  return [...new Set([...symbols, ...Object.keys(given)])].flatMap((element) => {
    const x = element.toLowerCase();
    const named = given[element] && (all.find((each) => sameName(each, given[element])) ?? null);
    const overIron = named || find(patterns.overIron(x));
    const column = overIron ?? find(patterns.overHydrogen(x));
    return column ? [{ element, column, overHydrogen: !overIron, flag: find(patterns.flag(x)) }] : [];
  });
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

interface RowColumns {
  readonly teff: string | null;
  readonly logg: string | null;
  readonly elements: readonly ElementColumns[];
  readonly flags: readonly string[];
}

function readRow(value: (column: string | null) => unknown, columns: RowColumns): Omit<AbundanceLabel, 'id'> {
  const { teff, logg, elements, flags } = columns;
  const parameters = { teff: knownPositive(toNumber(value(teff))), logg: known(toNumber(value(logg))), feh: null };
  const errors = { teff: null, logg: null, feh: null };
  const wrong = findImpossible({ ...parameters, errors, source: 'catalogue' });
  if (wrong)
    return {
      abundances: {},
      flagged: 0,
      impossible: [`${wrong.name}: expected ${wrong.expected}, found ${wrong.found}`],
    };
  const bad = flags.some((column) => isSet(value(column), rowFlags[column.toLowerCase()]));
  const abundances: Record<string, number> = {};
  const impossible: string[] = [];
  let flagged = 0;
  const iron = elements.find(({ element }) => element === 'Fe');
  const feh = iron ? known(toNumber(value(iron.column))) : null;
  for (const { element, column, overHydrogen, flag } of elements) {
    const told = known(toNumber(value(column)));
    const abundance = told === null || !overHydrogen ? told : feh === null ? null : told - feh;
    if (abundance === null) continue;
    const { min, max } = element === 'Fe' ? possible.Fe : possible.other;
    if (bad || isSet(value(flag), null)) flagged++;
    else if (!(abundance >= min && abundance <= max))
      impossible.push(`${element} (${column}): expected ${min} to ${max} dex, found ${abundance}`);
    else abundances[element] = abundance;
  }
  return { abundances, flagged, impossible };
}

/** Whether a flag is raised: one of these bits; any, where `bits` is null. What cannot be read as a number is no flag. */
function isSet(flag: unknown, bits: number | null): boolean {
  if (typeof flag === 'boolean') return flag;
  if (typeof flag === 'string' && /^true$/i.test(flag.trim())) return true;
  const value = toNumber(flag);
  if (value === null || !Number.isFinite(value) || value < 0) return false;
  return bits === null ? value !== 0 : (BigInt(Math.trunc(value)) & BigInt(bits)) !== 0n;
}
