import { saveCsv } from '../figure/csv';
import { StarAbundancesDocument, type StarAbundancesQuery } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import type { Route } from '../router/route';
import { setParams } from '../router/useRoute';
import type { HeadedStar } from '../star/headedStar';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { TableRegion } from '../table/TableRegion';
import { fixed, signed } from '../words/numbers';
import { AbundanceFigure } from './AbundanceFigure';

/** By what abundances are had; the first is the API's own choice. */
const methods = ['', 'nonlinear', 'linear', 'truth'];

type Abundance = NonNullable<StarAbundancesQuery['star']>['abundances'][number];

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
        <Empty title="No abundances of this star are known by this method">
          <p>
            The operator trains an estimator on the served model&rsquo;s latents:{' '}
            <code>npx starkin abundances train</code>.
          </p>
        </Empty>
      )}
      {abundances && abundances.length > 0 && <Known star={star} abundances={abundances} />}
    </section>
  );
}

function Known({ star, abundances }: { star: HeadedStar; abundances: readonly Abundance[] }) {
  const [{ trainedOn, method }] = abundances;
  const save = () =>
    saveCsv(`abundances-${star.name}.csv`, [
      ['element', ...abundances.map(({ element }) => element)],
      ['value', ...abundances.map(({ value }) => value)],
      ['sigma', ...abundances.map(({ sigma }) => sigma)],
      ['reliable', ...abundances.map(({ reliable }) => String(reliable))],
    ]);
  return (
    <>
      <p className="muted small">
        [Fe/H] for Fe, [X/Fe] for the others, dex relative to the Sun, by method {method}
        {trainedOn && `, learnt from ${trainedOn}`}. Hollow: mostly what the population has.
      </p>
      <AbundanceFigure name={`abundances-${star.name}`} label="[Fe/H], [X/Fe], dex" points={abundances} />
      <TableRegion label="Table of abundances">
        <table>
          <caption>
            <button type="button" className="link" onClick={save}>
              Save as CSV
            </button>
          </caption>
          <thead>
            <tr>
              <th scope="col" className="text">
                Element
              </th>
              <th scope="col">Value, dex</th>
              <th scope="col">σ, dex</th>
              <th scope="col">95 %</th>
              <th scope="col" className="text">
                Reliable
              </th>
            </tr>
          </thead>
          <tbody>
            {abundances.map(({ element, value, sigma, interval95, reliable, reason }) => (
              <tr key={element}>
                <th scope="row" className="text">
                  {element}
                </th>
                <td>{signed(value, 3)}</td>
                <td>{fixed(sigma, 3)}</td>
                <td>{interval95 ? `${signed(interval95.low, 2)} … ${signed(interval95.high, 2)}` : '–'}</td>
                <td className="text muted">{reliable ? 'yes' : (reason ?? 'no')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableRegion>
    </>
  );
}
