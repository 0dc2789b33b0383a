import { href } from '../router/route';
import { useStatus } from '../shell/status';
import { Empty } from '../states/Empty';
import type { Search } from './search';

/** Why the list is empty, and the way out. */
export function NothingFound({ search }: { search: Search }) {
  const status = useStatus();
  if (status?.stars === 0)
    return (
      <Empty title="This archive holds no published star yet">
        <p>
          The operator runs <code>npx starkin ingest</code>, then <code>npx starkin release publish NAME</code>. The{' '}
          <a href={href(['archive'])}>archive</a> shows how far that is.
        </p>
      </Empty>
    );
  return (
    <Empty title="No star found">
      {search.place ? (
        <p>Take a wider radius, or see whether the coordinates are degrees (ICRS).</p>
      ) : (
        <p>
          Names are found by how they begin, capitals and small letters alike to the survey. Less of the name, or fewer
          filters, find more. <a href={href(['find'])}>All stars</a>
        </p>
      )}
    </Empty>
  );
}
