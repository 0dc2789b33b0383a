import { StarAbundancesDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import type { Route } from '../router/route';
import { setParams } from '../router/useRoute';
import type { HeadedStar } from '../star/headedStar';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { KnownAbundances } from './KnownAbundances';

/** By what abundances are had; the first is the API's own choice. */
const methods = ['', 'nonlinear', 'linear', 'truth'];

/** The star's abundances with their errors, as a figure and a table. */
export function AbundancesTab({ star, route }: { star: HeadedStar; route: Route }) {
  const method = route.params.get('method');
  const { data, error, loading, again } = useAnswer(StarAbundancesDocument, { id: star.id, method });
  const abundances = data?.star?.abundances;
  const choice = (
    <label className="row">
      Method
      <select value={method ?? ''} onChange={(event) => setParams({ method: event.target.value })}>
        {methods.map((each) => (
          <option key={each} value={each}>
            {each || 'best available'}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <section className="card" aria-label="Abundances" aria-busy={loading}>
      <div className="row spread">
        <h2>Abundances</h2>
        {choice}
      </div>
      {error && <Failure error={error} again={again} />}
      {!abundances && loading && <Loading what="the abundances" lines={6} />}
      {abundances?.length === 0 && (
        <Empty title="No abundances of this star are known">
          <p>
            The operator trains an estimator on the served model&rsquo;s latents:{' '}
            <code>npx starkin abundances train</code>.
          </p>
        </Empty>
      )}
      {abundances && abundances.length > 0 && <KnownAbundances name={star.name} abundances={abundances} />}
    </section>
  );
}
