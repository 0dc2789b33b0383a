import { useEffect, useState } from 'react';
import { type RunInListFragment, RunNewsDocument, RunsDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { useNews } from '../graphql/useNews';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { TableRegion } from '../table/TableRegion';
import { duration, moment } from '../words/moments';
import { fixed } from '../words/numbers';

type Run = RunInListFragment;

/** ms between two looks where no news come: while something runs, and while nothing does. */
const [OFTEN, SELDOM] = [2_000, 20_000];
const STEP = 15;

/** What was done to the archive and is being done, the latest first: told as it happens, or asked for where that cannot be. */
export function Runs() {
  const [first, setFirst] = useState(STEP);
  const [every, setEvery] = useState<number | null>(OFTEN);
  const { data, error, loading, again } = useAnswer(RunsDocument, { first }, { every });
  const [news, setNews] = useState<ReadonlyMap<string, Run>>(new Map());
  const listed = data?.runs.edges ?? [];
  const live = useNews(RunNewsDocument, ({ runs: run }) => {
    // What is not in the list yet, and the end of a run, which may have begun others.
    if (run.endedAt !== null || !listed.some(({ node }) => keyOf(node) === keyOf(run))) again();
    setNews((former) => new Map(former).set(keyOf(run), run));
  });
  // A list that comes is later than the news before it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: by its coming
  useEffect(() => setNews(new Map()), [data]);
  const runs = listed.map(({ cursor, node }) => ({ cursor, node: news.get(keyOf(node)) ?? node }));
  const busy = runs.some(({ node }) => node.state === 'RUNNING' || node.state === 'QUEUED');
  const wanted = live ? null : busy ? OFTEN : SELDOM;
  if (data && wanted !== every) setEvery(wanted);
  return (
    <section className="block" aria-labelledby="runs">
      <h2 id="runs" className="row">
        Runs
        {data && <span className="badge quiet">{live ? 'live' : 'looked at every few seconds'}</span>}
      </h2>
      {error && <Failure error={error} again={again} />}
      {!data && loading && <Loading what="the runs" />}
      {data && runs.length === 0 && <Empty title="Nothing was done to this archive that you may see" />}
      {runs.length > 0 && (
        <TableRegion label="Table of runs">
          <table>
            <thead>
              <tr>
                {['Run', 'State', 'About', 'Progress', 'Begun', 'Took'].map((label) => (
                  <th scope="col" className="text" key={label}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {runs.map(({ cursor, node }) => (
                <RunRow key={cursor} run={node} />
              ))}
            </tbody>
          </table>
          {runs.length === first && (
            <p className="more">
              <button type="button" className="quiet" onClick={() => setFirst(first + 2 * STEP)}>
                More runs
              </button>
            </p>
          )}
        </TableRegion>
      )}
    </section>
  );
}

/** Runs have no number for those who do not operate the archive. */
function keyOf({ kind, startedAt, release, model }: Run): string {
  return JSON.stringify([kind, startedAt, release, model]);
}

function RunRow({ run }: { run: Run }) {
  const { kind, state, release, model, startedAt, endedAt, error, progress } = run;
  return (
    <tr>
      <th scope="row" className="text">
        {kind}
      </th>
      <td className={`text state-${state.toLowerCase()}`} title={error ?? undefined}>
        {state.toLowerCase()}
      </td>
      <td className="text">{[release, model].filter((each) => each !== null).join(' · ') || '–'}</td>
      <td className="text">{progress && <Progress progress={progress} live={state === 'RUNNING'} />}</td>
      <td className="text">{moment(startedAt)}</td>
      <td className="text">{endedAt ? duration(startedAt, endedAt) : '–'}</td>
    </tr>
  );
}

function Progress({ progress, live }: { progress: NonNullable<Run['progress']>; live: boolean }) {
  const { stage, done, total, unit, rate } = progress;
  // Who does not operate the archive is told a share, and no number of what is staged.
  const of = total > 0 && unit !== '%' ? ` of ${total.toLocaleString('en')}` : '';
  const counted = `${done.toLocaleString('en')}${of} ${unit}`;
  return (
    <>
      {live && total > 0 && <progress value={done} max={total} aria-label={`${stage}: ${counted}`} />}{' '}
      <span className={live ? '' : 'muted'}>
        {live && `${stage}, `}
        {counted}
        {live && rate !== null && `, ${fixed(rate, 0)} a second`}
      </span>
    </>
  );
}
