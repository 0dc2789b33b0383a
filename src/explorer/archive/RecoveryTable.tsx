import { TableRegion } from '../table/TableRegion';
import { type MeasuredModel, noiseName } from './measuredModel';
import { percent } from './percent';

const orders = [
  ['encoder', 'Encoder’s z', 'Plain L2 of the encoder’s z, the paper’s way'],
  ['searched', 'Distance', 'Plain L2 of the searched vectors, `distance`'],
  ['reranked', 'As answered', 'The nearest ordered by the Bayes factor, as `twins` answers'],
  ['bound', 'Best possible', 'What the photons allow: Fisher information of the simulator'],
] as const;

/** The figures of recovery, a row a model and level of noise. */
export function RecoveryTable({ models }: { models: readonly MeasuredModel[] }) {
  return (
    <details>
      <summary className="small">The figures, in % with standard errors</summary>
      <TableRegion label="Table of recovery">
        <table>
          <thead>
            <tr>
              <th scope="col" className="text">
                Model
              </th>
              <th scope="col" title="Signal to noise per pixel">
                S/N
              </th>
              {orders.map(([order, label, title]) => (
                <th scope="col" key={order} title={title}>
                  {label}
                </th>
              ))}
              <th scope="col" title="As answered over best possible, star by star">
                Of the best
              </th>
              <th scope="col" title="Stars whose twin was looked for">
                Queries
              </th>
            </tr>
          </thead>
          <tbody>
            {models.flatMap(({ model, recovery }) =>
              recovery.map((row) => (
                <tr key={`${model} ${row.noise}`}>
                  <th scope="row" className="text">
                    {model}
                  </th>
                  <td>{noiseName(row.noise)}</td>
                  {orders.map(([order]) => (
                    <td key={order}>{percent(row[order]?.recovered)}</td>
                  ))}
                  <td>{percent(row.overBound)}</td>
                  <td>{row.queries.toLocaleString('en')}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      </TableRegion>
    </details>
  );
}
