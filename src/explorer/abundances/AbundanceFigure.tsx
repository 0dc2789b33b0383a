import { CategoryFigure } from '../figure/CategoryFigure';
import { withError } from '../words/numbers';

export interface Point {
  readonly element: string;
  readonly value: number;
  readonly sigma: number | null;
  readonly reliable: boolean;
}

interface AbundanceFigureProps {
  readonly name: string;
  readonly label: string;
  readonly points: readonly Point[];
}

/** Values by element with their errors; what is not reliable is hollow. */
export function AbundanceFigure({ name, label, points }: AbundanceFigureProps) {
  const reach = points.flatMap(({ value, sigma }) => [value - (sigma ?? 0), value + (sigma ?? 0)]);
  return (
    <CategoryFigure
      name={name}
      label={label}
      description={`${label} of ${points.length} elements`}
      categories={points.map(({ element }) => element)}
      series={[
        {
          name: label,
          colour: 'model',
          points: points.map(({ element, value, sigma, reliable }) => ({
            value,
            error: sigma,
            title: `${element} ${withError(value, sigma, 3)} dex`,
            hollow: !reliable,
          })),
        },
      ]}
      range={padded(Math.min(0, ...reach), Math.max(0, ...reach))}
      references={[0]}
    />
  );
}

function padded(low: number, high: number): readonly [number, number] {
  const margin = 0.08 * (high - low || 0.1);
  return [low - margin, high + margin];
}
