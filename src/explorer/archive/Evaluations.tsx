import { EvaluationsDocument, type EvaluationsQuery } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { EvaluationSet } from './EvaluationSet';
import type { MeasuredModel } from './measuredModel';

/** What `evaluate` measured of the models, set by set. */
export function Evaluations() {
  const { data, error, loading, again } = useAnswer(EvaluationsDocument, noVariables);
  const sets = data ? bySet(data.models) : [];
  return (
    <section className="block" aria-labelledby="evaluations">
      <h2 id="evaluations">Evaluations</h2>
      {error && <Failure error={error} again={again} />}
      {!data && loading && <Loading what="the evaluations" lines={6} />}
      {data && sets.length === 0 && (
        <Empty title="No model was evaluated that you may see">
          <p>
            The operator runs <code>npx starkin evaluate</code>: how often true twins are found, how well spectra are
            recast, whether errors hold.
          </p>
        </Empty>
      )}
      {sets.map(([set, models]) => (
        <EvaluationSet key={set} set={set} models={models} />
      ))}
    </section>
  );
}

const noVariables = {};

/** Of each set the models that were measured on it, each with its newest figures. */
function bySet(models: EvaluationsQuery['models']): [string, MeasuredModel[]][] {
  const sets = new Map<string, MeasuredModel[]>();
  for (const { name, served, evaluations } of models)
    for (const [set, ofSet] of Map.groupBy(evaluations, ({ set }) => set)) {
      // An evaluation may have measured some parts alone: of each part the newest counts.
      const newest = <Part,>(part: (one: (typeof ofSet)[number]) => Part, has: (found: Part) => boolean) =>
        ofSet.map(part).find(has) ?? null;
      const measured: MeasuredModel = {
        ...ofSet[0],
        model: name,
        served,
        recovery: newest(({ recovery }) => recovery, some) ?? [],
        recasting: newest(({ recasting }) => recasting, known),
        recastingFar: newest(({ recastingFar }) => recastingFar, known),
        coverage: newest(({ coverage }) => coverage, some) ?? [],
        faults: newest(({ faults }) => faults, some) ?? [],
      };
      sets.set(set, [...(sets.get(set) ?? []), measured]);
    }
  return [...sets];
}

const some = (list: readonly unknown[]) => list.length > 0;
const known = (value: unknown) => value !== null;
