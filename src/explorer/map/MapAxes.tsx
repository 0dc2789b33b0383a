import { niceTicks } from '../figure/ticks';
import { type Camera, type Size, toCanvas, toPlane } from './camera';
import type { Plane } from './plane';

interface MapAxesProps {
  readonly plane: Plane;
  readonly camera: Camera;
  readonly size: Size;
  readonly lasso: readonly { readonly x: number; readonly y: number }[];
}

/** Ticks and names of the axes over the points, and the lasso while it is drawn. */
export function MapAxes({ plane, camera, size, lasso }: MapAxesProps) {
  const [left, top] = toPlane(camera, size, { x: 0, y: 0 });
  const [right, bottom] = toPlane(camera, size, { x: size.width, y: size.height });
  const ordered = (a: number, b: number): [number, number] => (a < b ? [a, b] : [b, a]);
  const across = niceTicks(ordered(left, right), size.width / 110);
  const down = niceTicks(ordered(top, bottom), size.height / 80);
  return (
    <svg className="axes" aria-hidden="true" width={size.width} height={size.height}>
      {across.map((tick) => {
        const [x] = toCanvas(camera, size, tick, 0);
        return x < 60 || x > size.width - 24 ? null : (
          <g key={tick}>
            <line x1={x} x2={x} y1={size.height - 6} y2={size.height} />
            <text x={x} y={size.height - 10} textAnchor="middle">
              {written(tick)}
            </text>
          </g>
        );
      })}
      {down.map((tick) => {
        const [, y] = toCanvas(camera, size, 0, tick);
        return y < 30 || y > size.height - 36 ? null : (
          <g key={tick}>
            <line x1={0} x2={6} y1={y} y2={y} />
            <text x={10} y={y + 4}>
              {written(tick)}
            </text>
          </g>
        );
      })}
      <text className="name" x={size.width - 10} y={size.height - 28} textAnchor="end">
        {plane.x.label}
      </text>
      <text className="name" x={10} y={18}>
        {plane.y.label}
      </text>
      {lasso.length > 1 && <polygon className="lasso" points={lasso.map(({ x, y }) => `${x},${y}`).join(' ')} />}
    </svg>
  );
}

function written(tick: number): string {
  return String(tick).replace('-', '−');
}
