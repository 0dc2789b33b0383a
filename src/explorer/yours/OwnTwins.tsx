import { saveCsv } from '../figure/csv';
import type { OwnKinQuery } from '../generated/graphql';
import { twinColumns } from '../kin/twinColumns';
import { href } from '../router/route';
import { TableRegion } from '../table/TableRegion';

type OwnTwin = OwnKinQuery['twinsOf'][number];

/** The archive's stars that are nearest to the reader's spectrum. */
export function OwnTwins({ name, twins, stale }: { name: string; twins: readonly OwnTwin[]; stale: boolean }) {
  const [nearest] = twins;
  if (!nearest) return <p>No star of the archive has a latent under this model.</p>;
  const save = () =>
    saveCsv(`twins-of-${name}.csv`, [
      ['star', ...twins.map(({ node }) => `${node.survey}:${node.name}`)],
      ['degreesOfFreedom', ...twins.map(({ degreesOfFreedom }) => degreesOfFreedom)],
      ...twinColumns.map(({ label, value }) => [label, ...twins.map(value)]),
    ]);
  return (
    <>
      {nearest.extrapolated && (
        <p className="state" role="status">
          The parameters lie outside the model&rsquo;s training range and were clamped to it: the twins below are a
          guess.
        </p>
      )}
      <TableRegion label="Its twins" stale={stale}>
        <table>
          <caption>
            <span className="row spread">
              <span role="status">
                {twins.length} nearest stars under {nearest.model}
              </span>
              <button type="button" className="link" onClick={save}>
                CSV
              </button>
            </span>
          </caption>
          <thead>
            <tr>
              <th scope="col" className="text">
                Twin
              </th>
              {twinColumns.map(({ label, title }) => (
                <th scope="col" key={label} title={title}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {twins.map((twin) => (
              <tr key={twin.node.id}>
                <th scope="row" className="text">
                  <a href={href(['star', `${twin.node.survey}:${twin.node.name}`, 'kin'])}>{twin.node.name}</a>
                </th>
                {twinColumns.map(({ label, show }) => (
                  <td key={label}>{show(twin)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </>
  );
}
