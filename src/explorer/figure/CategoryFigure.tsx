import { useRef } from 'react';
import { resolved } from './resolvedSvg';
import { saveSvg, saveSvgAsPng } from './saveImage';
import { niceTicks } from './ticks';

/** A point over a category. */
export interface CategoryPoint {
  readonly value: number;
  /** Half the length of its bar; null: none. */
  readonly error: number | null;
  /** In words, for who rests on it. */
  readonly title: string;
  readonly hollow?: boolean;
  /** Its category is no step further along the axis: the line ends before it. */
  readonly apart?: boolean;
}

export interface CategorySeries {
  readonly name: string;
  /** A custom property of tokens.css, without its dashes. */
  readonly colour: string;
  /** One for each category; null where there is none. */
  readonly points: readonly (CategoryPoint | null)[];
  /** Points that follow each other are joined. */
  readonly joined?: 'solid' | 'dashed';
}

interface CategoryFigureProps {
  /** Of the files. */
  readonly name: string;
  /** Of the ordinate. */
  readonly label: string;
  readonly description: string;
  readonly categories: readonly string[];
  /** What the categories are; absent where they speak for themselves. */
  readonly categoryLabel?: string;
  readonly series: readonly CategorySeries[];
  readonly range: readonly [low: number, high: number];
  /** Levels that are marked, such as 0. */
  readonly references?: readonly number[];
}

const WIDTH = 860;
const HEIGHT = 260;
const [LEFT, RIGHT, TOP] = [68, 12, 12];
/** Between series over one category. */
const APART = 9;

/** Values by category with their errors, one colour a series. */
export function CategoryFigure(props: CategoryFigureProps) {
  const { name, label, description, categories, categoryLabel, series, range, references = [] } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [low, high] = range;
  const bottom = HEIGHT - (categoryLabel ? 46 : 32);
  const down = (value: number) => TOP + ((high - value) / (high - low)) * (bottom - TOP);
  const middle = (i: number) => LEFT + ((i + 0.5) / categories.length) * (WIDTH - LEFT - RIGHT);
  return (
    <figure className="by-category">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="scrolls" tabIndex={0} aria-label={`Figure: ${label}`}>
        <svg ref={svg} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={description}>
          {[...niceTicks(range, 5), ...references].map((tick) => (
            <g key={tick} className={references.includes(tick) ? 'reference' : undefined}>
              <line x1={LEFT} x2={WIDTH - RIGHT} y1={down(tick)} y2={down(tick)} />
              <text x={LEFT - 8} y={down(tick) + 4} textAnchor="end">
                {String(tick).replace('-', '−')}
              </text>
            </g>
          ))}
          <text transform={`translate(14 ${(TOP + bottom) / 2}) rotate(-90)`} textAnchor="middle">
            {label}
          </text>
          {categories.map((category, i) => (
            <text key={category} x={middle(i)} y={bottom + 20} textAnchor="middle">
              {category}
            </text>
          ))}
          <text x={(LEFT + WIDTH - RIGHT) / 2} y={HEIGHT - 6} textAnchor="middle">
            {categoryLabel}
          </text>
          {series.map((each, k) => (
            <Series
              key={each.name}
              series={each}
              across={(i) => middle(i) + (k - (series.length - 1) / 2) * APART}
              down={down}
            />
          ))}
        </svg>
      </section>
      <figcaption className="row small">
        {series.length > 1 &&
          series.map((each) => (
            <span key={each.name} className={`key ${each.joined ?? ''}`} style={inkOf(each)}>
              {each.name}
            </span>
          ))}
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

interface SeriesProps {
  readonly series: CategorySeries;
  readonly across: (category: number) => number;
  readonly down: (value: number) => number;
}

function Series({ series, across, down }: SeriesProps) {
  const { name, points, joined } = series;
  const known = points.flatMap((point, i) => (point ? [{ ...point, x: across(i), y: down(point.value) }] : []));
  return (
    <g className="series" style={inkOf(series)}>
      {joined && (
        <polyline
          className={joined}
          points={known.flatMap(({ x, y, apart }) => (apart ? [] : [`${x},${y}`])).join(' ')}
        />
      )}
      {known.map(({ x, y, value, error, title, hollow }) => (
        <g key={x}>
          <title>{`${name}: ${title}`}</title>
          {error !== null && <line x1={x} x2={x} y1={down(value - error)} y2={down(value + error)} />}
          <circle className={hollow ? 'hollow' : undefined} cx={x} cy={y} r={4.5} />
        </g>
      ))}
    </g>
  );
}

function inkOf({ colour }: CategorySeries): React.CSSProperties {
  return { '--ink': `var(--${colour})` } as React.CSSProperties;
}
