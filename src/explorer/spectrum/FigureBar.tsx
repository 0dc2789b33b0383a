import type { ReactNode } from 'react';
import { toCsv } from '../figure/csv';
import { moved } from '../figure/LinePlot';
import { type LineFigure, type Range, wholeRange } from '../figure/lineFigure';
import { toSvg } from '../figure/lineSvg';
import { saveFile } from '../figure/saveFile';
import { saveCanvases, saveSvg } from '../figure/saveImage';

interface FigureBarProps {
  /** Begins the names of saved files. */
  readonly name: string;
  readonly figures: readonly LineFigure[];
  /** Where the plots are. */
  readonly section: { readonly current: HTMLElement | null };
  readonly chips: readonly Range[];
  readonly range: Range;
  onRange(range: Range): void;
  /** Further controls. */
  readonly children?: ReactNode;
}

/** Chips, zoom and exports of a plot of spectra. */
export function FigureBar({ name, figures, section, chips, range, onRange, children }: FigureBarProps) {
  const whole = wholeRange(figures[0]);
  const zoom = (key: string) => onRange(moved(key, range, whole) ?? range);
  return (
    <div className="row figure-bar">
      <fieldset className="row" aria-label="Wavelengths">
        <button type="button" className="quiet" aria-pressed={same(range, whole)} onClick={() => onRange(whole)}>
          All
        </button>
        {chips.length > 1 &&
          chips.map((chip, i) => (
            <button
              type="button"
              className="quiet"
              key={chip[0]}
              aria-pressed={same(range, chip)}
              aria-label={`Chip ${i + 1}, ${chip[0].toFixed(0)} to ${chip[1].toFixed(0)} Å`}
              onClick={() => onRange(chip)}
            >
              Chip {i + 1}
            </button>
          ))}
        <button type="button" className="quiet" aria-label="Zoom in" onClick={() => zoom('+')}>
          +
        </button>
        <button type="button" className="quiet" aria-label="Zoom out" onClick={() => zoom('-')}>
          −
        </button>
      </fieldset>
      {children}
      <fieldset className="row exports" aria-label="Save">
        <button type="button" className="quiet" onClick={() => saveSvg(`${name}.svg`, toSvg(figures, range))}>
          SVG
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => void saveCanvases(`${name}.png`, canvasesIn(section.current))}
        >
          PNG
        </button>
        <button type="button" className="quiet" onClick={() => saveFile(`${name}.csv`, csvOf(figures))}>
          CSV
        </button>
      </fieldset>
    </div>
  );
}

function canvasesIn(section: HTMLElement | null): HTMLCanvasElement[] {
  return [...(section?.querySelectorAll<HTMLCanvasElement>('.plot canvas') ?? [])];
}

function same(a: Range, b: Range): boolean {
  return Math.abs(a[0] - b[0]) < 0.01 && Math.abs(a[1] - b[1]) < 0.01;
}

/** All pixels with all lines of all figures, whatever part is seen. */
function csvOf(figures: readonly LineFigure[]): Blob {
  const [{ x, band }] = figures;
  const columns = [
    ['wavelength', ...Array.from(x, (value) => Number(value.toFixed(4)))],
    ...figures.flatMap(({ lines }) => lines.map(({ label, values }) => [label, ...shortened(values)])),
    ...(band ? [['error', ...shortened(band.error)]] : []),
  ];
  return new Blob([toCsv(columns)], { type: 'text/csv' });
}

function shortened(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(6)));
}
