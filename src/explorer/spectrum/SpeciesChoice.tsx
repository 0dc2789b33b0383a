import { species } from './lineLabels';

/** Which elements' lines are labelled. */
export function SpeciesChoice({ shown, onChange }: { shown: readonly string[]; onChange(shown: string[]): void }) {
  const toggle = (element: string) =>
    onChange(species.filter((each) => (each === element ? !shown.includes(each) : shown.includes(each))));
  return (
    <details className="choice">
      <summary>
        Lines of {shown.length === species.length ? 'all elements' : shown.length === 0 ? 'none' : shown.join(', ')}
      </summary>
      <fieldset aria-label="Elements">
        <p className="row">
          <button type="button" className="link" onClick={() => onChange([...species])}>
            All
          </button>
          <button type="button" className="link" onClick={() => onChange([])}>
            None
          </button>
        </p>
        <div className="elements">
          {species.map((element) => (
            <label key={element}>
              <input type="checkbox" checked={shown.includes(element)} onChange={() => toggle(element)} /> {element}
            </label>
          ))}
        </div>
      </fieldset>
    </details>
  );
}
