import { saveCsv } from '../figure/csv';
import type { TwinsQuery } from '../generated/graphql';
import { href } from '../router/route';
import type { HeadedStar } from '../star/headedStar';
import { TableRegion } from '../table/TableRegion';
import { fixed, rate, signed } from '../words/numbers';

type Twins = NonNullable<NonNullable<TwinsQuery['star']>['twins']>;
type Edge = Twins['edges'][number];

interface TwinTableProps {
  readonly star: HeadedStar;
  readonly twins: Twins;
  /** The twin that is compared, as survey:name. */
  readonly chosen: string;
  readonly stale: boolean;
  onChoose(id: string): void;
  readonly more: (() => void) | null;
}

interface Column {
  readonly label: string;
  readonly title: string;
  readonly show: (edge: Edge) => string;
  readonly value: (edge: Edge) => number | null;
}

const columns: readonly Column[] = [
  {
    label: 'Distance',
    title: 'Euclidean distance of the searched vectors; 0 is identical',
    show: ({ distance }) => fixed(distance, 2),
    value: ({ distance }) => distance,
  },
  {
    label: 'ln Bayes',
    title: 'ln of how much more probable one chemistry is than two; above 0 speaks for kin',
    show: ({ logBayesFactor }) => signed(logBayesFactor, 1),
    value: ({ logBayesFactor }) => logBayesFactor,
  },
  {
    label: 'χ² / dof',
    title: 'Squared difference in units of its error, and the degrees of freedom',
    show: ({ chi2, degreesOfFreedom }) => `${fixed(chi2, 1)} / ${fixed(degreesOfFreedom, 0)}`,
    value: ({ chi2 }) => chi2,
  },
  {
    label: 'False twins',
    title: 'Number of unrelated stars that are expected as close as this',
    show: ({ falseTwinRate }) => rate(falseTwinRate),
    value: ({ falseTwinRate }) => falseTwinRate,
  },
  {
    label: 'Teff, K',
    title: 'Effective temperature',
    show: ({ node }) => fixed(node.parameters?.teff, 0),
    value: ({ node }) => node.parameters?.teff ?? null,
  },
  {
    label: 'log g',
    title: 'Surface gravity',
    show: ({ node }) => fixed(node.parameters?.logg, 2),
    value: ({ node }) => node.parameters?.logg ?? null,
  },
  {
    label: '[Fe/H]',
    title: 'Metallicity',
    show: ({ node }) => signed(node.parameters?.feh, 2),
    value: ({ node }) => node.parameters?.feh ?? null,
  },
];

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
