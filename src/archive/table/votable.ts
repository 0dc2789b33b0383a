import { Base64 } from './base64.js';
import { Binary2 } from './binary2.js';
import type { Axis, Cell, Column, Row, TableDescription, TableFormat } from './column.js';
import { attributes, escapeXml } from './xml.js';

/** VOTable 1.4 (IVOA Recommendation 2019) with its rows in BINARY2: a third of the text's size, and nulls in every type. */
export const votable: TableFormat = {
  extension: 'vot',
  type: 'application/x-votable+xml;serialization=binary2',
  holdsArrays: true,
  async open(table, sink) {
    await sink(
      Buffer.from(
        `${documentStart()}<RESOURCE type="results">\n${tableStart(table)}<DATA><BINARY2>\n<STREAM encoding="base64">\n`,
      ),
    );
    const encoder = new Binary2(table.columns);
    const base64 = new Base64(sink);
    return {
      write: (rows) => base64.write(encoder.encode(rows)),
      async end() {
        await base64.end();
        await sink(Buffer.from('</STREAM>\n</BINARY2></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n'));
      },
    };
  },
};

export function documentStart(): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.ivoa.net/xml/VOTable/v1.3 http://www.ivoa.net/xml/VOTable/v1.3">
`;
}

/** TABLE with its description and fields, up to DATA. */
export function tableStart({
  name,
  description,
  columns,
  rows,
  axis,
  facts,
}: Omit<TableDescription, 'rows'> & { rows?: number }): string {
  const parameters = Object.entries(facts).map(
    ([key, value]) => `<PARAM${attributes({ name: key, datatype: 'char', arraysize: '*', value })}/>\n`,
  );
  return `<TABLE${attributes({ name, nrows: rows?.toString() })}>
<DESCRIPTION>${escapeXml(description)}</DESCRIPTION>
${parameters.join('')}${axis ? axisParameter(axis) : ''}${columns.map(field).join('')}`;
}

function axisParameter({ name, unit, ucd, description, values }: Axis): string {
  const given = {
    name,
    datatype: 'double',
    arraysize: String(values.length),
    unit: voUnit(unit),
    ucd,
    value: values.join(' '),
  };
  return `<PARAM${attributes(given)}><DESCRIPTION>${escapeXml(description)}</DESCRIPTION></PARAM>\n`;
}

/** VOUnits 1.1 deprecates the Ångström (and programs warn of it); every other format has it. */
function voUnit(unit: string): string {
  return unit === 'Angstrom' ? '0.1nm' : unit;
}

const datatypes = {
  text: 'unicodeChar',
  int: 'int',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
  floats: 'float',
  masks: 'long',
} as const;

/** What describes a column. It has no ID: astropy's Table.read would name the column by that, and nothing here refers to it. */
export function field(column: Column): string {
  const { name, type, unit, ucd, utype, description, size } = column;
  const arraysize =
    column.arraysize ?? (type === 'text' ? '*' : type === 'floats' || type === 'masks' ? String(size) : undefined);
  const given = {
    name,
    datatype: column.datatype ?? datatypes[type],
    arraysize,
    unit,
    ucd,
    utype,
  };
  return `<FIELD${attributes(given)}><DESCRIPTION>${escapeXml(description)}</DESCRIPTION></FIELD>\n`;
}

/** Rows as text, for short answers that people read too. */
export function tableData(columns: readonly Column[], rows: readonly Row[]): string {
  const cell = (column: Column, value: Cell) => `<TD>${escapeXml(cellText(column, value))}</TD>`;
  const lines = rows.map((row) => `<TR>${columns.map((column, i) => cell(column, row[i])).join('')}</TR>\n`);
  return `<DATA><TABLEDATA>\n${lines.join('')}</TABLEDATA></DATA>\n`;
}

function cellText({ type }: Column, value: Cell): string {
  if (value === null) return '';
  if (type === 'floats' || type === 'masks') return Array.from(value as ArrayLike<number>).join(' ');
  return String(value);
}
