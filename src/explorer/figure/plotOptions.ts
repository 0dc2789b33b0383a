import type uPlot from 'uplot';
import { colour } from './colours';
import { drawMarks, drawShading } from './drawMarks';
import { type LineFigure, type Range, verticalRange } from './lineFigure';

export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  /** Plots with the same key show one cursor. */
  readonly sync: string;
  /** The figure as it is when the plot draws. */
  readonly figure: () => LineFigure;
  readonly range: () => Range;
  onRange(range: Range): void;
  onCursor(index: number | null): void;
  /** Whether the wavelengths are written below. */
  readonly bottom: boolean;
}

const FONT = '12px ui-sans-serif, system-ui, sans-serif';

/** How uPlot draws a figure. The first two columns after x are the band's edges. */
export function plotOptions(frame: PlotFrame): uPlot.Options {
  const { lines, yLabel } = frame.figure();
  const axis = {
    stroke: colour('muted'),
    font: FONT,
    grid: { stroke: colour('grid'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: frame.width,
    height: frame.height,
    legend: { show: false },
    padding: [frame.figure().marks.length > 0 ? 30 : 8, 12, 0, 0],
    cursor: { sync: { key: frame.sync, setSeries: false }, points: { show: false }, drag: { x: true, y: false } },
    scales: {
      x: { time: false, range: () => [...frame.range()] },
      y: { range: () => [...verticalRange(frame.figure(), frame.range())] },
    },
    axes: [
      {
        ...axis,
        size: frame.bottom ? 40 : 18,
        label: frame.bottom ? 'Wavelength in vacuum, Å' : '',
        labelSize: frame.bottom ? 18 : 0,
        labelFont: FONT,
        values: frame.bottom ? numbers : (_, splits) => splits.map(() => ''),
      },
      { ...axis, size: 62, space: 24, label: yLabel, labelSize: 18, labelFont: FONT },
    ],
    series: [
      {},
      { show: true, stroke: 'transparent', points: { show: false } },
      { show: true, stroke: 'transparent', points: { show: false } },
      ...lines.map(
        (line): uPlot.Series => ({
          label: line.label,
          show: !line.hidden,
          stroke: colour(line.colour),
          width: 1.25,
          points: { show: false },
          ...(line.dashed && { dash: [5, 3] }),
          gaps: (plot, _, __, ___, nulls) => [...nulls, ...gapsOf(plot, frame.figure())].sort((a, b) => a[0] - b[0]),
        }),
      ),
    ],
    bands: [{ series: [1, 2], fill: colour('error-band') }],
    hooks: {
      drawClear: [(plot) => drawShading(plot, frame.figure())],
      draw: [(plot) => drawMarks(plot, frame.figure())],
      setCursor: [(plot) => frame.onCursor(plot.cursor.idx ?? null)],
      setSelect: [(plot) => select(plot, frame)],
    },
  };
}

/** Columns for uPlot: x, the band's upper and lower edge, and the lines; null where there is no value. */
export function plotData({ x, lines, band }: LineFigure): uPlot.AlignedData {
  const nothing = new Array<null>(x.length).fill(null);
  const edge = (sign: number) => {
    if (!band || (band.about === 'first' && lines[0]?.hidden)) return nothing;
    const centre = band.about === 'first' ? lines[0]?.values : null;
    return Array.from(band.error, (error, i) => present((centre ? centre[i] : 0) + sign * error));
  };
  return [x, edge(1), edge(-1), ...lines.map(({ values }) => Array.from(values, present))] as uPlot.AlignedData;
}

function present(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function select(plot: uPlot, frame: PlotFrame): void {
  const { left, width } = plot.select;
  if (width > 3) frame.onRange([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

function gapsOf(plot: uPlot, { gaps }: LineFigure): [number, number][] {
  return gaps.map(([from, to]) => [
    Math.round(plot.valToPos(from, 'x', true)),
    Math.round(plot.valToPos(to, 'x', true)),
  ]);
}

function numbers(_: uPlot, splits: number[]): string[] {
  const [first = 0, second = first + 1] = splits;
  const digits = Math.max(0, -Math.floor(Math.log10(second - first)));
  return splits.map((split) => split.toFixed(digits));
}
