import { metricWords } from './metricWords';

interface HistoryProps {
  /** Records of a training, each with its step. */
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

const [WIDTH, HEIGHT] = [150, 44];

/** How each figure went during training, one small plot each. */
export function History({ records }: HistoryProps) {
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((name) => !places.includes(name));
  return (
    <div className="history">
      {names.map((name) => (
        <Course key={name} name={name} points={pointsOf(records, name)} />
      ))}
    </div>
  );
}

/** Where a record stands: no figure. */
const places = ['step', 'epoch'];

type Point = readonly [step: number, value: number];

function pointsOf(records: HistoryProps['records'], name: string): Point[] {
  return records.flatMap(({ step, [name]: value }): Point[] =>
    typeof step === 'number' && typeof value === 'number' && Number.isFinite(value) ? [[step, value]] : [],
  );
}

function Course({ name, points }: { name: string; points: readonly Point[] }) {
  if (points.length < 2) return null;
  const [steps, values] = [points.map(([step]) => step), points.map(([, value]) => value)];
  const [first, last] = [Math.min(...steps), Math.max(...steps)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const line = points.map(([step, value]) => {
    const x = 2 + ((step - first) / (last - first || 1)) * (WIDTH - 4);
    return `${x.toFixed(1)},${(HEIGHT - 3 - ((value - low) / (high - low || 1)) * (HEIGHT - 6)).toFixed(1)}`;
  });
  const [begin, end] = [values[0], values[values.length - 1]].map((value) => String(Number(value.toPrecision(3))));
  return (
    <figure>
      <figcaption>
        <span title={metricWords[name]?.meaning}>{metricWords[name]?.name ?? name}</span>
        <br />
        <span className="muted">
          {begin} → {end}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${name} over ${last} steps, from ${begin} to ${end}`}
      >
        <polyline points={line.join(' ')} />
      </svg>
    </figure>
  );
}
