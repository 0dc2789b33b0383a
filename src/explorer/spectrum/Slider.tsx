import { fixed } from '../words/numbers';
import type { TrainedParameter } from './trainingRange';

interface SliderProps {
  readonly parameter: TrainedParameter;
  readonly value: number;
  /** The star’s own, as the model fits it together with its latent: not always the value of the catalogue. */
  readonly own: number | null;
  onChange(value: number): void;
}

/** One parameter of a recast. */
export function Slider({ parameter: { name, min, max }, value, own, onChange }: SliderProps) {
  const { label, step, digits, unit } = looks[name];
  return (
    <label className="slider">
      <span className="row spread">
        <span>{label}</span>
        <output>
          {fixed(value, digits)}
          {unit}
          {own !== null && <span className="muted"> · as fitted {fixed(own, digits)}</span>}
        </output>
      </span>
      <input
        type="range"
        aria-label={`${label} to recast to`}
        aria-valuetext={`${fixed(value, digits)}${unit}`}
        min={Math.ceil(min / step) * step}
        max={Math.floor(max / step) * step}
        step={step}
        value={value}
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
    </label>
  );
}

export const looks = {
  teff: { label: 'Teff', step: 10, digits: 0, unit: ' K' },
  logg: { label: 'log g', step: 0.01, digits: 2, unit: '' },
  feh: { label: '[Fe/H]', step: 0.01, digits: 2, unit: '' },
} as const;
