import { TableRegion } from '../table/TableRegion';
import { fixed } from '../words/numbers';
import type { MeasuredModel } from './measuredModel';

/** Tables 3 and 4 of de Mijolla, Ness, Viti & Wheeler (2021). */
export function RecastingTable({ models }: { models: readonly MeasuredModel[] }) {
  return (
    <TableRegion label="Table of recasting">
      <table>
        <thead>
          <tr>
            <th scope="col" className="text">
              Model
            </th>
            <th scope="col" title="Mean absolute residual per pixel of normalised flux">
              Mean residual
            </th>
            <th scope="col" title="Mean squared error per pixel of normalised flux">
              Mean squared error
            </th>
            <th scope="col" title="Mean absolute residual of pairs at least 500 K apart">
              Residual, 500 K apart
            </th>
            <th scope="col" title="Mean squared error of pairs at least 500 K apart">
              Squared, 500 K apart
            </th>
            <th scope="col">Spectra</th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ model, recasting, recastingFar }) => (
            <tr key={model}>
              <th scope="row" className="text">
                {model}
              </th>
              <td>{fixed(recasting?.meanResidual, 5)}</td>
              <td>{power(recasting?.meanSquaredError)}</td>
              <td>{fixed(recastingFar?.meanResidual, 5)}</td>
              <td>{power(recastingFar?.meanSquaredError)}</td>
              <td>{recasting?.spectra.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}

function power(value: number | undefined): string {
  return value === undefined ? '–' : value.toExponential(2).replace('-', '−');
}
