import { saveCsv } from '../figure/csv';
import type { TwinsQuery } from '../generated/graphql';
import { href } from '../router/route';
import type { HeadedStar } from '../star/headedStar';
import { TableRegion } from '../table/TableRegion';
import { falseTwins, twinColumns } from './twinColumns';

type Twins = NonNullable<NonNullable<TwinsQuery['star']>['twins']>;

interface TwinTableProps {
  readonly star: HeadedStar;
  readonly twins: Twins;
  /** The twin that is compared, as survey:name. */
  readonly chosen: string;
  readonly stale: boolean;
  onChoose(id: string): void;
  readonly more: (() => void) | null;
}

/** In the order of a star's twins. */
const columns = [...twinColumns.slice(0, 3), falseTwins, ...twinColumns.slice(3)];

/** The nearest stars in chemistry; a row's button compares. */
export function TwinTable({ star, twins, chosen, stale, onChoose, more }: TwinTableProps) {
  const { search, edges, model } = twins;
  const save = () =>
    saveCsv(`twins-${star.name}.csv`, [
      ['name', ...edges.map(({ node }) => node.name)],
      ['degreesOfFreedom', ...edges.map(({ degreesOfFreedom }) => degreesOfFreedom)],
      ...columns.map(({ label, value }) => [label, ...edges.map(value)]),
    ]);
  return (
    <TableRegion label="Twins" stale={stale}>
      <table>
        <caption>
          <span className="row spread">
            <span>
              {edges.length} nearest of {search.candidates.toLocaleString('en')} stars,{' '}
              {search.exact ? 'searched exactly' : 'searched by index'}, under {model}
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
            {columns.map(({ label, title }) => (
              <th scope="col" key={label} title={title}>
                {label}
              </th>
            ))}
            <th scope="col" className="text">
              <span className="spoken">Star</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => {
            const id = `${edge.node.survey}:${edge.node.name}`;
            return (
              <tr key={edge.node.id} className={id === chosen ? 'chosen' : undefined}>
                <th scope="row" className="text">
                  <button type="button" className="link" aria-pressed={id === chosen} onClick={() => onChoose(id)}>
                    {edge.node.name}
                  </button>
                </th>
                {columns.map(({ label, show }) => (
                  <td key={label}>{show(edge)}</td>
                ))}
                <td className="text">
                  <a href={href(['star', id, 'kin'])} aria-label={`open ${edge.node.name}`}>
                    open
                  </a>
                  {edge.sharedSystematics?.map((shared) => (
                    <span
                      key={shared}
                      className="badge"
                      title="Observed alike: this rather than chemistry may have made them twins"
                    >
                      same {shared.toLowerCase()}
                    </span>
                  ))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more && (
        <p className="more">
          <button type="button" className="quiet" onClick={more}>
            More twins
          </button>
        </p>
      )}
    </TableRegion>
  );
}
