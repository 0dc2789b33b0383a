import type { ArchiveContentsQuery } from '../generated/graphql';
import { Empty } from '../states/Empty';
import { TableRegion } from '../table/TableRegion';
import { moment } from '../words/moments';
import { History } from './History';
import { metricWords } from './metricWords';

type Model = ArchiveContentsQuery['models'][number];

/** The models, newest first, with what was measured of each on spectra held out from training. */
export function Models({ models }: { models: readonly Model[] }) {
  if (models.length === 0)
    return (
      <Empty title="No model was trained yet">
        <p>
          The operator runs <code>npx starkin train --release NAME</code>.
        </p>
      </Empty>
    );
  const measured = [...new Set(models.flatMap(({ metrics }) => metrics.map(({ name }) => name)))];
  return (
    <section className="block" aria-labelledby="models">
      <h2 id="models">Models</h2>
      <div className="models">
        {models.map((model) => (
          <ModelCard key={model.id} model={model} />
        ))}
      </div>
      {measured.length > 0 && <Figures models={models} measured={measured} />}
    </section>
  );
}

function ModelCard({ model }: { model: Model }) {
  const { name, method, preset, parameters, trainedOn, simulated, served, createdAt, config, history } = model;
  return (
    <article className="card" aria-label={name}>
      <h3 className="row">
        <code>{name}</code>
        {served && <span className="badge served">served</span>}
        {simulated && <span className="badge">simulated</span>}
      </h3>
      <p className="muted small">
        {method}, {preset}; removes {parameters.map((each) => each.toLowerCase()).join(', ')}
        {trainedOn && `; trained on ${trainedOn}`}; {moment(createdAt)}
      </p>
      {history.length > 1 && (
        <details>
          <summary className="small">How its training went</summary>
          <History records={history} />
        </details>
      )}
      <details>
        <summary className="small">Settings</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>{JSON.stringify(config, null, 2)}</pre>
      </details>
    </article>
  );
}

function Figures({ models, measured }: { models: readonly Model[]; measured: readonly string[] }) {
  return (
    <TableRegion label="Figures of the models">
      <table>
        <caption>Measured when trained, on spectra held out from training</caption>
        <thead>
          <tr>
            <th scope="col" className="text">
              Figure
            </th>
            {models.map(({ id, name }) => (
              <th scope="col" key={id}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {measured.map((name) => (
            <tr key={name}>
              <th scope="row" className="text explained">
                {metricWords[name]?.name ?? name}
                {metricWords[name] && <span className="meaning">{metricWords[name].meaning}</span>}
              </th>
              {models.map(({ id, metrics }) => (
                <td key={id}>{written(metrics.find((metric) => metric.name === name)?.value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRegion>
  );
}

function written(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(1).replace('e-', 'e−').replace(/^-/, '−');
  return String(Number(value.toPrecision(3))).replace(/^-/, '−');
}
