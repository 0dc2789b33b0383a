import type { AnswerError } from '../graphql/ask';
import { Failure } from '../states/Failure';
import { fixed } from '../words/numbers';
import { Slider } from './Slider';
import type { ParameterName, TrainedParameter } from './trainingRange';
import type { Parameters, Recast } from './useRecast';

interface RecastSlidersProps {
  readonly trained: readonly TrainedParameter[];
  readonly own: Parameters;
  /** Null: the star is shown at its own parameters only. */
  readonly to: Parameters | null;
  readonly recast: Recast | null;
  readonly error: AnswerError | null;
  onChange(to: Parameters | null): void;
}

/** Sliders that show the star at other physical parameters, its chemistry kept. */
export function RecastSliders({ trained, own, to, recast, error, onChange }: RecastSlidersProps) {
  const start = Object.fromEntries(
    trained.map(({ name, min, max }) => [name, clamp(own[name], min, max)]),
  ) as Parameters;
  const value = { ...start, ...to };
  const change = (name: ParameterName, next: number) => onChange({ ...value, [name]: next });
  return (
    <section className="card recast" aria-label="Recast">
      <div className="row spread">
        <h2>The same chemistry at other parameters</h2>
        <button type="button" className="quiet" disabled={to === null} onClick={() => onChange(null)}>
          Back to its own
        </button>
      </div>
      <div className="sliders">
        {trained.map((parameter) => (
          <Slider
            key={parameter.name}
            parameter={parameter}
            value={value[parameter.name] ?? parameter.min}
            own={own[parameter.name] ?? null}
            onChange={(next) => change(parameter.name, next)}
          />
        ))}
      </div>
      {error && <Failure error={error} />}
      <p className="muted small took" role="status">
        {to === null ? 'Move a slider: the model recasts the spectrum as you go.' : said(recast)}
      </p>
    </section>
  );
}

function said(recast: Recast | null): string {
  if (!recast) return 'Recasting …';
  const took = `Recast in ${fixed(recast.took, 0)} ms.`;
  return recast.extrapolated ? `${took} Outside the model’s training range: clamped to it, a guess.` : took;
}

function clamp(value: number | undefined, min: number, max: number): number {
  return Math.min(max, Math.max(min, value ?? (min + max) / 2));
}
