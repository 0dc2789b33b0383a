import { saveCsv } from '../figure/csv';
import type { StarOrderField, StarPageFragment } from '../generated/graphql';
import { href } from '../router/route';
import { setParams } from '../router/useRoute';
import { TableRegion } from '../table/TableRegion';
import { fixed, signed } from '../words/numbers';
import { firstPage } from './SearchBar';
import { type Search, turned } from './search';

type Edge = StarPageFragment['edges'][number];
type ListedStar = Edge['node'] & Pick<Edge, 'distance'>;

interface Column {
  readonly label: string;
  /** What it is ordered by; null: it is not. */
  readonly order: StarOrderField | null;
  readonly show: (star: ListedStar) => string;
  readonly value: (star: ListedStar) => string | number | null;
}

const separation: Column = {
  label: 'Away, ″',
  order: null,
  show: ({ distance }) => fixed(distance === null ? null : 3600 * distance, 1),
  value: ({ distance }) => distance && 3600 * distance,
};

const known: readonly Column[] = [
  { label: 'RA, °', order: null, show: ({ ra }) => fixed(ra, 5), value: ({ ra }) => ra },
  { label: 'Dec, °', order: null, show: ({ dec }) => fixed(dec, 5), value: ({ dec }) => dec },
  {
    label: 'Teff, K',
    order: 'TEFF',
    show: ({ parameters }) => fixed(parameters?.teff, 0),
    value: ({ parameters }) => parameters?.teff ?? null,
  },
  {
    label: 'log g',
    order: 'LOGG',
    show: ({ parameters }) => fixed(parameters?.logg, 2),
    value: ({ parameters }) => parameters?.logg ?? null,
  },
  {
    label: '[Fe/H]',
    order: 'FEH',
    show: ({ parameters }) => signed(parameters?.feh, 2),
    value: ({ parameters }) => parameters?.feh ?? null,
  },
  { label: 'S/N', order: 'SNR', show: ({ snr }) => fixed(snr, 0), value: ({ snr }) => snr },
];

/** A page of stars; a head's button orders them. */
export function StarTable({ stars, search, stale }: { stars: StarPageFragment; search: Search; stale: boolean }) {
  const rows = stars.edges.map(({ node, distance }) => ({ ...node, distance }));
  const columns = search.place ? [separation, ...known] : known;
  const save = () =>
    saveCsv('stars.csv', [
      ['survey', ...rows.map(({ survey }) => survey)],
      ['name', ...rows.map(({ name }) => name)],
      ...columns.map(({ label, value }) => [label, ...rows.map(value)]),
    ]);
  return (
    <TableRegion label="Stars" stale={stale}>
      <table>
        <caption>
          <span className="row spread">
            {stars.totalCount.toLocaleString('en')} {stars.totalCount === 1 ? 'star' : 'stars'}
            <button type="button" className="link" onClick={save}>
              Save this page as CSV
            </button>
          </span>
        </caption>
        <thead>
          <tr>
            <Head label="Name" order="ID" search={search} text />
            {columns.map(({ label, order }) => (
              <Head key={label} label={label} order={order} search={search} />
            ))}
            <th scope="col" className="text">
              Release
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((star) => (
            <tr key={star.id}>
              <th scope="row" className="text">
                <a href={href(['star', `${star.survey}:${star.name}`])}>{star.name}</a>
              </th>
              {columns.map(({ label, show }) => (
                <td key={label}>{show(star)}</td>
              ))}
              <td className="text muted">{star.release}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}

function Head(props: { label: string; order: StarOrderField | null; search: Search; text?: boolean }) {
  const { label, order, search, text } = props;
  const name = text ? 'text' : undefined;
  if (order === null || search.place)
    return (
      <th scope="col" className={name}>
        {label}
      </th>
    );
  const now =
    search.order.field === order ? (search.order.direction === 'ASC' ? 'ascending' : 'descending') : undefined;
  return (
    <th scope="col" className={name} aria-sort={now}>
      <button type="button" onClick={() => setParams({ sort: turned(search.order, order), ...firstPage })}>
        {label}
      </button>
    </th>
  );
}
