import { setParams } from '../router/useRoute';
import { type Plane, usualPlanes } from './plane';
import { groupings, type Quantity, quantities } from './quantity';

interface MapControlsProps {
  readonly plane: Plane;
  /** Name of what points are coloured by. */
  readonly shade: string;
  /** Symbols of the elements that have abundances. */
  readonly species: readonly string[];
  readonly lassoing: boolean;
  onLassoing(on: boolean): void;
}

/** What is drawn and how. */
export function MapControls({ plane, shade, species, lassoing, onLassoing }: MapControlsProps) {
  const known = quantities(species);
  const turn = (axes: { x: string; y: string }) => setParams({ ...axes, plane: null, camera: null }, 'push');
  return (
    <div className="row map-controls">
      <label className="row">
        Plane
        <select
          value={plane.name ?? ''}
          onChange={({ target }) => setParams({ plane: target.value, x: null, y: null, camera: null }, 'push')}
        >
          {plane.name === null && <option value="">Your axes</option>}
          {usualPlanes(species).map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label className="row">
        Across
        <select value={plane.x.name} onChange={({ target }) => turn({ x: target.value, y: plane.y.name })}>
          <Quantities of={known} />
        </select>
      </label>
      <label className="row">
        Up
        <select value={plane.y.name} onChange={({ target }) => turn({ x: plane.x.name, y: target.value })}>
          <Quantities of={known} />
        </select>
      </label>
      <label className="row">
        Coloured by
        <select value={shade} onChange={({ target }) => setParams({ colour: target.value })}>
          <Quantities of={known} />
          <optgroup label="Kinds">
            {groupings.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      <button type="button" aria-pressed={lassoing} onClick={() => onLassoing(!lassoing)}>
        Lasso
      </button>
      <span className="muted small">
        Drag moves, the wheel or two fingers zoom, Shift and drag draws a lasso, a click opens a star.
      </span>
    </div>
  );
}

function Quantities({ of: known }: { of: readonly Quantity[] }) {
  const sections = [...new Set(known.map(({ section }) => section))];
  return sections.map((section) => (
    <optgroup key={section} label={section}>
      {known
        .filter((each) => each.section === section)
        .map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
    </optgroup>
  ));
}
