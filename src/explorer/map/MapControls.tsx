import { setParams } from '../router/useRoute';
import { labels, type Plane, planes } from './plane';

interface MapControlsProps {
  readonly plane: Plane;
  readonly label: (typeof labels)[number];
  readonly lassoing: boolean;
  onLassoing(on: boolean): void;
}

/** What is drawn and how. */
export function MapControls({ plane, label, lassoing, onLassoing }: MapControlsProps) {
  return (
    <div className="row map-controls">
      <label className="row">
        Plane
        <select value={plane.name} onChange={(event) => setParams({ plane: event.target.value, camera: null }, 'push')}>
          {planes.map(({ name, label: text }) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label className="row">
        Coloured by
        <select value={label.column} onChange={(event) => setParams({ colour: event.target.value })}>
          {labels.map(({ column, label: text }) => (
            <option key={column} value={column}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <button type="button" aria-pressed={lassoing} onClick={() => onLassoing(!lassoing)}>
        Lasso
      </button>
      <span className="muted small">
        Drag moves, the wheel zooms, Shift and drag draws a lasso, a click opens a star.
      </span>
    </div>
  );
}
