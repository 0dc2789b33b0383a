import { useRef } from 'react';
import { resolved } from '../figure/resolvedSvg';
import { saveSvg, saveSvgAsPng } from '../figure/saveImage';
import { niceTicks } from '../figure/ticks';
import { fixed } from '../words/numbers';

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

const WIDTH = 860;
const HEIGHT = 250;
const [LEFT, RIGHT, TOP, BOTTOM] = [68, 12, 12, 32];

/** Values by element with their errors; what is not reliable is hollow. */
export function AbundanceFigure({ name, label, points }: AbundanceFigureProps) {
  const svg = useRef<SVGSVGElement>(null);
  const reach = points.flatMap(({ value, sigma }) => [value - (sigma ?? 0), value + (sigma ?? 0)]);
  const [low, high] = padded(Math.min(0, ...reach), Math.max(0, ...reach));
  const down = (value: number) => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const across = (i: number) => LEFT + ((i + 0.5) / points.length) * (WIDTH - LEFT - RIGHT);
  return (
    <figure className="abundances">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="scrolls" tabIndex={0} aria-label={`Figure: ${label}`}>
        <svg
          ref={svg}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          role="img"
          aria-label={`${label} of ${points.length} elements`}
        >
          {niceTicks([low, high], 5).map((tick) => (
            <g key={tick}>
              <line
                className={tick === 0 ? 'zero' : 'grid'}
                x1={LEFT}
                x2={WIDTH - RIGHT}
                y1={down(tick)}
                y2={down(tick)}
              />
              <text x={LEFT - 8} y={down(tick) + 4} textAnchor="end">
                {String(tick).replace('-', '−')}
              </text>
            </g>
          ))}
          <text transform={`translate(14 ${HEIGHT / 2}) rotate(-90)`} textAnchor="middle">
            {label}
          </text>
          {points.map(({ element, value, sigma, reliable }, i) => (
            <g key={element}>
              <title>{`${element} ${fixed(value, 3)}${sigma === null ? '' : ` ± ${fixed(sigma, 3)}`} dex`}</title>
              {sigma !== null && (
                <line
                  className="error"
                  x1={across(i)}
                  x2={across(i)}
                  y1={down(value - sigma)}
                  y2={down(value + sigma)}
                />
              )}
              <circle className={reliable ? 'dot' : 'dot hollow'} cx={across(i)} cy={down(value)} r={4.5} />
              <text x={across(i)} y={HEIGHT - 10} textAnchor="middle">
                {element}
              </text>
            </g>
          ))}
        </svg>
      </section>
      <figcaption className="row small">
        <button
          type="button"
          className="quiet"
          onClick={() => svg.current && saveSvg(`${name}.svg`, resolved(svg.current))}
        >
          SVG
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => svg.current && void saveSvgAsPng(`${name}.png`, resolved(svg.current))}
        >
          PNG
        </button>
      </figcaption>
    </figure>
  );
}

function padded(low: number, high: number): readonly [number, number] {
  const margin = 0.08 * (high - low || 0.1);
  return [low - margin, high + margin];
}
