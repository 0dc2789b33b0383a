import { TableRegion } from '../table/TableRegion';
import type { MeasuredModel } from './measuredModel';
import { percent } from './percent';

/** Recovery under faults that the models do not know of, a column a model. */
export function FaultTable({ models }: { models: readonly MeasuredModel[] }) {
  const faults = [...new Map(models.flatMap((each) => each.faults).map((fault) => [fault.name, fault])).values()];
  return (
    <TableRegion label="Table of faults">
      <table>
        <thead>
          <tr>
            <th scope="col" className="text">
              Fault
            </th>
            {models.map(({ model }) => (
              <th scope="col" key={model}>
                {model}, %
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {faults.map(({ name, description }) => (
            <tr key={name}>
              <th scope="row" className="text explained">
                {name}
                <span className="meaning">{description}</span>
              </th>
              {models.map((each) => (
                <td key={each.model}>{percent(each.faults.find((fault) => fault.name === name)?.recovered)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}
