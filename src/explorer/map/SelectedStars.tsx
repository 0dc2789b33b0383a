import { saveCsv } from '../figure/csv';
import { href } from '../router/route';
import { TableRegion } from '../table/TableRegion';
import { fixed, signed } from '../words/numbers';
import type { StarMap } from './useStarMap';

/** Rows that are listed; the file has all. */
const LISTED = 100;

interface SelectedStarsProps {
  readonly map: StarMap;
  readonly rows: readonly number[];
  onClear(): void;
}

/** The stars within the lasso. */
export function SelectedStars({ map, rows, onClear }: SelectedStarsProps) {
  if (rows.length === 0) return null;
  const { teff, logg, feh, snr } = map.columns;
  const column = (values: Float32Array) => rows.map((row) => Number(values[row].toPrecision(6)));
  const save = () =>
    saveCsv('selected-stars.csv', [
      ['star', ...rows.map((row) => map.ids[row])],
      ['teff', ...column(teff)],
      ['logg', ...column(logg)],
      ['feh', ...column(feh)],
      ['snr', ...column(snr)],
    ]);
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
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, LISTED).map((row) => (
            <tr key={map.ids[row]}>
              <th scope="row" className="text">
                <a href={href(['star', map.ids[row]])}>{map.ids[row]}</a>
              </th>
              <td>{fixed(teff[row], 0)}</td>
              <td>{fixed(logg[row], 2)}</td>
              <td>{signed(feh[row], 2)}</td>
              <td>{fixed(snr[row], 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}
