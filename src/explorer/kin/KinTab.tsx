import { TwinsDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import type { Route } from '../router/route';
import { setParams } from '../router/useRoute';
import { useStatus } from '../shell/status';
import type { HeadedStar } from '../star/headedStar';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { NoModel } from '../states/NoModel';
import { ComparedWith } from './ComparedWith';
import { TwinTable } from './TwinTable';

/** Twins that one page of the table holds. */
const STEP = 15;

/** The star's chemical kin, and one of them beside it. */
export function KinTab({ star, route }: { star: HeadedStar; route: Route }) {
  const status = useStatus();
  const first = Math.min(300, Math.max(STEP, Number(route.params.get('first')) || STEP));
  const canSearch = status?.model != null && !star.latentReason;
  const { data, error, loading, again } = useAnswer(TwinsDocument, canSearch ? { id: star.id, first } : null);
  const twins = data?.star?.twins;
  if (status && !status.model) return <NoModel wants="Twins" />;
  if (star.latentReason)
    return (
      <Empty title="This star has no latent, so it cannot be compared">
        <p>{star.latentReason}.</p>
      </Empty>
    );
  if (error) return <Failure error={error} again={again} />;
  if (!twins) return loading ? <Loading what="the twins" lines={8} /> : null;
  if (twins.edges.length === 0) return <Empty title="No other star of the archive has a latent under this model" />;
  const chosen = route.params.get('with') ?? nameOf(twins.edges[0].node);
  return (
    <div className="kin">
      <TwinTable
        star={star}
        twins={twins}
        chosen={chosen}
        stale={loading}
        onChoose={(id) => setParams({ with: id })}
        more={twins.pageInfo.hasNextPage && first < 300 ? () => setParams({ first: first + 2 * STEP }) : null}
      />
      <ComparedWith key={chosen} star={star} other={chosen} params={route.params} />
    </div>
  );
}

/** As every star is named in addresses. */
export function nameOf({ survey, name }: { readonly survey: string; readonly name: string }): string {
  return `${survey}:${name}`;
}
