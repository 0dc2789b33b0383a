import { useEffect, useLayoutEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useColours } from './colours';
import { type LineFigure, type Range, wholeRange } from './lineFigure';
import { plotData, plotOptions } from './plotOptions';

interface LinePlotProps {
  readonly figure: LineFigure;
  readonly range: Range;
  onRange(range: Range): void;
  onCursor(index: number | null): void;
  readonly height: number;
  readonly sync: string;
  readonly bottom: boolean;
  /** What a screen reader says of it. */
  readonly description: string;
}

/** Draws a figure; a drag zooms, a double click or 0 shows all, arrows and + and − move and zoom. */
export function LinePlot(props: LinePlotProps) {
  const { figure, range, height, sync, bottom, description } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const colours = useColours();
  // What needs another plot; everything else is handed to the one that is there.
  const shape = figure.lines
    .map(({ label, colour, dashed, hidden }) => `${label}/${colour}/${dashed}/${hidden}`)
    .join();
  const hasMarks = figure.marks.length > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape, the marks and the colours call for another plot
  useLayoutEffect(() => {
    const parent = place.current;
    if (!parent) return;
    const made = new uPlot(
      plotOptions({
        width: parent.clientWidth,
        height,
        sync,
        bottom,
        figure: () => latest.current.figure,
        range: () => latest.current.range,
        onRange: (next) => latest.current.onRange(next),
        onCursor: (index) => latest.current.onCursor(index),
      }),
      plotData(latest.current.figure),
      parent,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [shape, hasMarks, height, sync, bottom, colours]);

  const drawn = useRef(figure);
  useEffect(() => {
    if (drawn.current === figure) return;
    drawn.current = figure;
    plot.current?.setData(plotData(figure));
  }, [figure]);
  const [from, to] = range;
  useEffect(() => plot.current?.setScale('x', { min: from, max: to }), [from, to]);

  return (
    <div
      ref={place}
      className="plot"
      role="img"
      aria-label={`${description}. Arrow keys move, plus and minus zoom, 0 shows all.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an image that the keyboard moves
      tabIndex={0}
      onKeyDown={(event) => {
        const next = moved(event.key, range, wholeRange(figure));
        if (!next) return;
        event.preventDefault();
        props.onRange(next);
      }}
      onDoubleClick={() => props.onRange(wholeRange(figure))}
    />
  );
}

/** Where a key leads to; null for keys that do not move. */
export function moved(key: string, [from, to]: Range, [first, last]: Range): Range | null {
  const width = to - from;
  const shift = { ArrowLeft: -0.25, ArrowRight: 0.25 }[key];
  if (shift !== undefined) {
    const by = Math.min(Math.max(shift * width, first - from), last - to);
    return [from + by, to + by];
  }
  if (key === '0' || key === 'Home') return [first, last];
  const factor = { '+': 0.5, '=': 0.5, '-': 2 }[key];
  if (factor === undefined) return null;
  const half = (factor * width) / 2;
  const centre = (from + to) / 2;
  return [Math.max(first, centre - half), Math.min(last, centre + half)];
}
