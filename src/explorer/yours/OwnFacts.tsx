import type { SpectralMedium } from '../generated/graphql';
import { looks } from '../spectrum/Slider';
import type { ParameterName } from '../spectrum/trainingRange';
import { fixed } from '../words/numbers';
import { numbersOf, type ParsedSpectrum, type Told } from './ownSpectrum';

interface OwnFactsProps {
  readonly name: string;
  readonly parsed: ParsedSpectrum;
  readonly needed: readonly ParameterName[];
  readonly told: Told;
  onTold(told: Told): void;
  /** Null while something is missing. */
  readonly onAsk: (() => void) | null;
}

/** What the file told, and fields for what it did not. */
export function OwnFacts({ name, parsed, needed, told, onTold, onAsk }: OwnFactsProps) {
  const { wavelength } = numbersOf(parsed);
  return (
    <form
      className="card own"
      aria-label="About the spectrum"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk?.();
      }}
    >
      <h2>{name}</h2>
      <p className="muted small">
        {wavelength.length.toLocaleString('en')} pixels, {fixed(wavelength[0], 1)} to {fixed(wavelength.at(-1), 1)} Å
        {parsed.resolvingPower != null && `, R = ${fixed(parsed.resolvingPower, 0)}`}
        {parsed.radialVelocity != null && `, ${fixed(parsed.radialVelocity, 1)} km/s`}
        {parsed.normalised != null && (parsed.normalised ? ', continuum-normalised' : ', not normalised')}
      </p>
      <div className="row fields">
        <label>
          Wavelengths in
          <select
            value={told.medium}
            required
            onChange={(event) => onTold({ ...told, medium: event.target.value as SpectralMedium | '' })}
          >
            <option value="">not told: choose</option>
            <option value="VACUUM">vacuum</option>
            <option value="AIR">air</option>
          </select>
        </label>
        {needed.map((each) => (
          <label key={each}>
            {looks[each].label}
            {looks[each].unit}
            <input
              inputMode="decimal"
              required
              value={told.values[each] ?? ''}
              onChange={(event) => onTold({ ...told, values: { ...told.values, [each]: event.target.value } })}
            />
          </label>
        ))}
        <button type="submit" className="primary" disabled={onAsk === null}>
          Find its kin
        </button>
      </div>
      {onAsk === null && (
        <p className="small">The file does not tell everything that the model needs: fill in the empty fields.</p>
      )}
    </form>
  );
}
