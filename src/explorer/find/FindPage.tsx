import { useEffect, useRef, useState } from 'react';
import { ConeSearchDocument, ListStarsDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import type { Route } from '../router/route';
import { setParams } from '../router/useRoute';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { ExactMatch } from './ExactMatch';
import { Filters } from './Filters';
import { NothingFound } from './NothingFound';
import { Pager } from './Pager';
import { SearchBar } from './SearchBar';
import { StarTable } from './StarTable';
import { readSearch } from './search';

const PAGE = 50;

/** Stars by identifier, place or the beginning of a name, in a table. */
export function FindPage({ route: { params } }: { route: Route }) {
  const search = readSearch(params);
  const { after, number, next, previous } = usePages(params);
  const page = { first: PAGE, after };
  const list = useAnswer(
    ListStarsDocument,
    search.place ? null : { ...page, filter: search.filter, orderBy: search.order },
  );
  const cone = useAnswer(
    ConeSearchDocument,
    search.place && { ...page, ...search.place, radius: search.radius, filter: search.filter },
  );
  const { error, loading, again } = search.place ? cone : list;
  const stars = search.place ? cone.data?.coneSearch : list.data?.stars;
  return (
    <>
      <h1 className="spoken">Find stars</h1>
      <SearchBar search={search} />
      <Filters params={params} />
      {search.text.trim() !== '' && !search.place && <ExactMatch id={search.text.trim()} />}
      {error && <Failure error={error} again={again} />}
      {!stars && loading && <Loading what="stars" lines={8} />}
      {stars && !error && stars.edges.length === 0 && <NothingFound search={search} />}
      {stars && !error && stars.edges.length > 0 && (
        <>
          <StarTable stars={stars} search={search} stale={loading} />
          <Pager
            number={number}
            shown={stars.edges.length}
            size={PAGE}
            total={stars.totalCount}
            next={stars.pageInfo.hasNextPage && stars.pageInfo.endCursor ? () => next(stars.pageInfo.endCursor) : null}
            previous={number > 1 ? previous : null}
          />
        </>
      )}
    </>
  );
}

/** Pages go forward by cursor; the way back is remembered while the view stays open, and otherwise leads to the first page. */
function usePages(params: URLSearchParams) {
  const after = params.get('after');
  const number = after === null ? 1 : Number(params.get('page') ?? 2);
  const [trail, setTrail] = useState<readonly (string | null)[]>([]);
  const top = useRef(number);
  useEffect(() => {
    if (top.current !== number) scrollTo({ top: 0 });
    top.current = number;
  }, [number]);
  const next = (cursor: string | null) => {
    setTrail((past) => [...past, after]);
    setParams({ after: cursor, page: number + 1 }, 'push');
  };
  const previous = () => {
    const cursor = trail.at(-1) ?? null;
    setTrail((past) => past.slice(0, -1));
    setParams({ after: cursor, page: cursor === null ? null : number - 1 }, 'push');
  };
  return { after, number, next, previous };
}
