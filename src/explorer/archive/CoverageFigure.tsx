import { useState } from 'react';
import { CategoryFigure } from '../figure/CategoryFigure';
import { fixed } from '../words/numbers';
import { type MeasuredModel, noiseLevels, noiseName } from './measuredModel';

/** Whether the stated errors of abundances hold: the share of truths within the intervals of 68.3 and 95 %, by species. */
export function CoverageFigure({ set, measured }: { set: string; measured: MeasuredModel }) {
  const { model, coverage } = measured;
  const levels = noiseLevels(coverage);
  const methods = [...new Set(coverage.map(({ method }) => method))];
  const [noise, setNoise] = useState(levels[0]);
  const [method, setMethod] = useState(methods[0]);
  const rows = coverage.filter((row) => row.noise === noise && row.method === method);
  const least = Math.min(1, ...rows.flatMap(({ within68, within95 }) => [within68 ?? 1, within95 ?? 1]));
  const series = (interval: 'within68' | 'within95', name: string, colour: string) => ({
    name,
    colour,
    points: rows.map(({ element, rmse, sigma, reliable, ...row }) => {
      const share = row[interval];
      if (share === null) return null;
      const title = `${element} ${fixed(100 * share, 1)} %; RMSE ${fixed(rmse, 3)} dex, stated error ${fixed(sigma, 3)} dex`;
      return { value: 100 * share, error: null, title, hollow: (reliable ?? 0) < 0.5 };
    }),
  });
  return (
    <section aria-label={`Errors of abundances, ${model}`}>
      <div className="row spread">
        <h4>Do the errors of abundances hold? {model}</h4>
        <span className="row">
          <label className="row small">
            S/N
            <select value={noise} onChange={({ target }) => setNoise(target.value)}>
              {levels.map((level) => (
                <option key={level} value={level}>
                  {noiseName(level)}
                </option>
              ))}
            </select>
          </label>
          <label className="row small">
            Method
            <select value={method} onChange={({ target }) => setMethod(target.value)}>
              {methods.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        </span>
      </div>
      <p className="muted small">
        Share of stars that the estimator had not seen whose truth lies in the stated interval: on the lines of 68.3 and
        95 % errors are right, above them too large, below too small. Hollow: mostly not reliable.
      </p>
      <CategoryFigure
        name={`coverage-${model}-${set}-${noise}-${method}`}
        label="Truth within the interval, %"
        description={`Share of truths within the intervals of 68.3 and 95 % of ${rows.length} species`}
        categories={rows.map(({ element }) => element)}
        series={[series('within68', 'interval of 68.3 %', 'twin'), series('within95', 'interval of 95 %', 'model')]}
        range={[Math.min(40, 100 * least - 5), 102]}
        references={[68.3, 95]}
      />
    </section>
  );
}
