import { saveCsv } from '../figure/csv';
import { href } from '../router/route';
import { TableRegion } from '../table/TableRegion';
import { fixed, signed } from '../words/numbers';
import type { Quantity } from './quantity';
import { savedColumns } from './savedColumns';
import { type Shade, shadeOfStar } from './shade';
import type { StarTable } from './starTable';

/** Rows that are listed; the file has all. */
const LISTED = 100;

/** What is listed of every star. */
const always = ['teff', 'logg', 'feh', 'snr'];

interface SelectedStarsProps {
  readonly table: StarTable;
  readonly rows: readonly number[];
  /** The axes that are drawn. */
  readonly shown: readonly Quantity[];
  readonly shade: Shade | null;
  onClear(): void;
}

/** The stars within the lasso. */
export function SelectedStars({ table, rows, shown, shade, onClear }: SelectedStarsProps) {
  if (rows.length === 0) return null;
  const { ids, columns } = table;
  const { teff, logg, feh, snr } = columns;
  const coloured = shade?.by === 'number' ? [shade.quantity] : [];
  const further = [...new Set([...shown, ...coloured])].filter(({ name }) => !always.includes(name) && columns[name]);
  const kind = shade?.by === 'name' ? shade : null;
  const names = [...always, ...further.map(({ name }) => name), ...(kind ? [kind.grouping.name] : [])];
  const save = () => saveCsv('selected-stars.csv', savedColumns(table, names, rows));
  return (
    <TableRegion label="Selected stars">
      <table>
        <caption>
          <span className="row spread">
            <span role="status">
              {rows.length.toLocaleString('en')} selected{rows.length > LISTED && `, the first ${LISTED} listed`}
            </span>
            <span className="row">
              <button type="button" className="link" onClick={save}>
                CSV of all
              </button>
              <button type="button" className="link" onClick={onClear}>
                Clear
              </button>
            </span>
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col" className="text">
              Star
            </th>
            {['Teff, K', 'log g', '[Fe/H]', 'S/N'].map((label) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
            {further.map(({ name, label }) => (
              <th scope="col" key={name}>
                {label}
              </th>
            ))}
            {kind && (
              <th scope="col" className="text">
                {kind.grouping.label}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, LISTED).map((row) => (
            <tr key={ids[row]}>
              <th scope="row" className="text">
                <a href={href(['star', ids[row]])}>{ids[row]}</a>
              </th>
              <td>{fixed(teff[row], 0)}</td>
              <td>{fixed(logg[row], 2)}</td>
              <td>{signed(feh[row], 2)}</td>
              <td>{fixed(snr[row], 0)}</td>
              {further.map(({ name, digits }) => (
                <td key={name}>{fixed(columns[name][row], digits)}</td>
              ))}
              {kind && <td className="text">{shadeOfStar(kind, row, fixed)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}
