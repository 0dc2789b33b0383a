import type { Line } from '../figure/lineFigure';
import { fixed } from '../words/numbers';

interface LegendProps {
  readonly x: Float32Array;
  readonly lines: readonly Line[];
  /** Pixel under the cursor. */
  readonly index: number | null;
  /** Labels of lines that are not drawn. */
  readonly hidden: ReadonlySet<string>;
  onToggle(label: string): void;
}

/** What the lines are, with their values under the cursor; a click hides one or shows it again. */
export function Legend({ x, lines, index, hidden, onToggle }: LegendProps) {
  return (
    <div className="legend">
      {lines.map(({ label, colour, values, dashed }) => (
        <span key={label}>
          <button type="button" className="key" aria-pressed={!hidden.has(label)} onClick={() => onToggle(label)}>
            <span className={`swatch ${colour} ${dashed ? 'dashed' : ''}`} aria-hidden="true" />
            {label}
          </button>
          {index !== null && <b>{fixed(values[index], 3)}</b>}
        </span>
      ))}
      <span>
        <span className="swatch flagged" aria-hidden="true" />
        flagged
      </span>
      {index !== null && <b className="at">{fixed(x[index], 2)} Å</b>}
    </div>
  );
}

/** The set with a label put in, or taken out where it was. */
export function toggled(hidden: ReadonlySet<string>, label: string): ReadonlySet<string> {
  const next = new Set(hidden);
  if (!next.delete(label)) next.add(label);
  return next;
}
