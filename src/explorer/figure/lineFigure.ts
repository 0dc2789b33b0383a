/** A custom property of tokens.css, by which data is coloured in either theme. */
export type Colour = 'observed' | 'model' | 'twin' | 'recast' | 'third' | 'muted';

export interface Line {
  readonly label: string;
  readonly colour: Colour;
  /** One per pixel; NaN where there is none, and the line is interrupted. */
  readonly values: Float32Array;
  readonly dashed?: boolean;
  /** In the figure, but not drawn. */
  readonly hidden?: boolean;
}

/** A mark on the axis of wavelengths: an absorption line. */
export interface Mark {
  readonly at: number;
  readonly text: string;
  /** The stronger one is shown where two would overlap. */
  readonly strength: number;
}

/** What a plot of spectra shows; drawn on the page by LinePlot and written as SVG by toSvg. */
export interface LineFigure {
  /** Wavelengths, Å, increasing. */
  readonly x: Float32Array;
  readonly lines: readonly Line[];
  /** An area about the first line, or about zero where `band.about` says so: 1-sigma errors. */
  readonly band: { readonly error: Float32Array; readonly about: 'first' | 'zero' } | null;
  /** Ranges that are shaded: flagged pixels. */
  readonly shaded: readonly (readonly [from: number, to: number])[];
  /** Ranges without pixels: no line crosses them. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
  readonly marks: readonly Mark[];
  readonly yLabel: string;
  /** How far up and down is shown: to the first line's own values, or evenly about zero. */
  readonly vertical: 'first' | 'symmetric';
  /** CSS pixels. */
  readonly height: number;
}

export type Range = readonly [from: number, to: number];

/** The whole range of a figure. */
export function wholeRange({ x }: LineFigure): Range {
  return [x[0], x[x.length - 1]];
}

/** First index of x whose value is at least `value`; x.length where none is. */
export function indexOf(x: Float32Array, value: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How far up and down a figure is shown within a range of wavelengths. */
export function verticalRange(figure: LineFigure, [from, to]: Range): Range {
  const [start, end] = [indexOf(figure.x, from), indexOf(figure.x, to) + 1];
  const { lines, vertical } = figure;
  if (vertical === 'symmetric') return symmetricRange(lines, start, end);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of lines[0]?.values.subarray(start, end) ?? []) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!(least < most)) return [0, 1.2];
  const margin = 0.06 * (most - least);
  return [least - margin, most + 2 * margin];
}

/** So far that all but the outermost 2 in 1,000 values are seen: a bad pixel must not flatten the rest. */
function symmetricRange(lines: readonly Line[], start: number, end: number): Range {
  const sizes = lines
    .flatMap(({ values }) => [...values.subarray(start, end)].filter((value) => Number.isFinite(value)).map(Math.abs))
    .sort((a, b) => a - b);
  const reach = 1.25 * (sizes[Math.floor(0.998 * (sizes.length - 1))] || 0.01);
  return [-reach, reach];
}
