import { lazy, Suspense } from 'react';
import { StarHeaderDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { href, type Route } from '../router/route';
import { useStatus } from '../shell/status';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { StarFacts } from './StarFacts';

const SpectrumTab = lazy(async () => ({ default: (await import('../spectrum/SpectrumTab')).SpectrumTab }));

const KinTab = lazy(async () => ({ default: (await import('../kin/KinTab')).KinTab }));
const AbundancesTab = lazy(async () => ({ default: (await import('../abundances/AbundancesTab')).AbundancesTab }));

const tabs = [
  { name: 'spectrum', label: 'Spectrum', Tab: SpectrumTab },
  { name: 'kin', label: 'Kin', Tab: KinTab },
  { name: 'abundances', label: 'Abundances', Tab: AbundancesTab },
] as const;

/** One star: what is known of it, and its views. */
export function StarPage({ route }: { route: Route }) {
  const status = useStatus();
  const [id, tabName = 'spectrum'] = route.rest;
  const { data, error, loading, again } = useAnswer(
    StarHeaderDocument,
    // Where no model is served there is no latent to ask for.
    id === undefined || !status ? null : { id, served: status.model !== null },
  );
  if (error) return <Failure error={error} again={again} />;
  if (!status || (!data && loading)) return <Loading what="the star" />;
  const star = data?.star;
  if (!star)
    return (
      <Empty title="No published release has this star">
        <p>
          {id} was not found. <a href={href(['find'])}>Find stars</a>
        </p>
      </Empty>
    );
  const { Tab } = tabs.find(({ name }) => name === tabName) ?? tabs[0];
  return (
    <>
      <StarFacts star={star} />
      <nav className="tabs" aria-label="Views of the star">
        {tabs.map(({ name, label }) => (
          <a key={name} href={href(['star', id, name])} aria-current={name === tabName ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <Suspense fallback={<Loading what="the view" lines={8} />}>
        <Tab key={star.id} star={star} route={route} />
      </Suspense>
    </>
  );
}
