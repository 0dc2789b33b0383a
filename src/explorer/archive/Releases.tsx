import type { ArchiveContentsQuery } from '../generated/graphql';
import { href } from '../router/route';
import { Empty } from '../states/Empty';
import { TableRegion } from '../table/TableRegion';
import { moment } from '../words/moments';

/** The releases that this reader sees, newest first. */
export function Releases({ releases }: { releases: ArchiveContentsQuery['releases'] }) {
  if (releases.length === 0)
    return (
      <Empty title="No release is published yet">
        <p>
          The operator runs <code>npx starkin ingest --release NAME …</code>, then{' '}
          <code>npx starkin release publish NAME</code>.
        </p>
      </Empty>
    );
  return (
    <section className="block" aria-labelledby="releases">
      <h2 id="releases">Releases</h2>
      <TableRegion label="Table of releases">
        <table>
          <thead>
            <tr>
              {['Name', 'State', 'Published', 'Revision', 'Kind'].map((label) => (
                <th scope="col" className="text" key={label}>
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {releases.map(({ id, name, state, publishedAt, revision, simulated, proprietary }) => (
              <tr key={id}>
                <th scope="row" className="text">
                  <a href={href(['find'], { release: name })}>{name}</a>
                </th>
                <td className="text">{state.toLowerCase()}</td>
                <td className="text">{moment(publishedAt)}</td>
                <td className="text">{revision}</td>
                <td className="text">
                  {simulated ? <span className="badge">simulated</span> : 'observed'}
                  {proprietary && ' · proprietary'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </section>
  );
}
