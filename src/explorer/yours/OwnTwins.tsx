import { saveCsv } from '../figure/csv';
import type { TwinsOfSpectrumQuery } from '../generated/graphql';
import { href } from '../router/route';
import { TableRegion } from '../table/TableRegion';
import { fixed, signed } from '../words/numbers';

type OwnTwin = TwinsOfSpectrumQuery['twinsOf'][number];

/** The archive's stars that are nearest to the reader's spectrum. */
export function OwnTwins({ name, twins, stale }: { name: string; twins: readonly OwnTwin[]; stale: boolean }) {
  const [nearest] = twins;
  if (!nearest) return <p>No star of the archive has a latent under this model.</p>;
  const save = () =>
    saveCsv(`twins-of-${name}.csv`, [
      ['star', ...twins.map(({ node }) => `${node.survey}:${node.name}`)],
      ['distance', ...twins.map(({ distance }) => distance)],
      ['logBayesFactor', ...twins.map(({ logBayesFactor }) => logBayesFactor)],
      ['chi2', ...twins.map(({ chi2 }) => chi2)],
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
              {['Distance', 'ln Bayes', 'χ² / dof', 'Teff, K', 'log g', '[Fe/H]'].map((label) => (
                <th scope="col" key={label}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {twins.map(({ node, distance, logBayesFactor, chi2, degreesOfFreedom }) => (
              <tr key={node.id}>
                <th scope="row" className="text">
                  <a href={href(['star', `${node.survey}:${node.name}`, 'kin'])}>{node.name}</a>
                </th>
                <td>{fixed(distance, 2)}</td>
                <td>{signed(logBayesFactor, 1)}</td>
                <td>
                  {fixed(chi2, 1)} / {fixed(degreesOfFreedom, 0)}
                </td>
                <td>{fixed(node.parameters?.teff, 0)}</td>
                <td>{fixed(node.parameters?.logg, 2)}</td>
                <td>{signed(node.parameters?.feh, 2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </>
  );
}
