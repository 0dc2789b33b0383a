import { saveCsv } from '../figure/csv';
import type { KnownAbundanceFragment } from '../generated/graphql';
import { TableRegion } from '../table/TableRegion';
import { fixed, signed } from '../words/numbers';
import { AbundanceFigure } from './AbundanceFigure';

/** Abundances of one spectrum, of which there are some, as a figure and a table. */
export function KnownAbundances({ name, abundances }: { name: string; abundances: readonly KnownAbundanceFragment[] }) {
  const [{ trainedOn, method }] = abundances;
  const save = () =>
    saveCsv(`abundances-${name}.csv`, [
      ['element', ...abundances.map(({ element }) => element)],
      ['value', ...abundances.map(({ value }) => value)],
      ['sigma', ...abundances.map(({ sigma }) => sigma)],
      ['reliable', ...abundances.map(({ reliable }) => String(reliable))],
    ]);
  return (
    <>
      <p className="muted small">
        [Fe/H] for Fe, [X/Fe] for the others, dex relative to the Sun, by method {method}
        {trainedOn && `, learnt from ${trainedOn}`}. Hollow: mostly what the population has.
      </p>
      <AbundanceFigure name={`abundances-${name}`} label="[Fe/H], [X/Fe], dex" points={abundances} />
      <TableRegion label="Table of abundances">
        <table>
          <caption>
            <button type="button" className="link" onClick={save}>
              Save as CSV
            </button>
          </caption>
          <thead>
            <tr>
              <th scope="col" className="text">
                Element
              </th>
              <th scope="col">Value, dex</th>
              <th scope="col">σ, dex</th>
              <th scope="col">95 %</th>
              <th scope="col" className="text">
                Reliable
              </th>
            </tr>
          </thead>
          <tbody>
            {abundances.map(({ element, value, sigma, interval95, reliable, reason }) => (
              <tr key={element}>
                <th scope="row" className="text">
                  {element}
                </th>
                <td>{signed(value, 3)}</td>
                <td>{fixed(sigma, 3)}</td>
                <td>{interval95 ? `${signed(interval95.low, 2)} … ${signed(interval95.high, 2)}` : '–'}</td>
                <td className="text muted wrapped">{reliable ? 'yes' : (reason ?? 'no')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </>
  );
}
