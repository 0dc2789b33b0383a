import type { Range } from '../figure/lineFigure';

/** A run of flagged pixels this long is a gap between chips, not a blemish. */
const GAP_PIXELS = 100;
/** A step so many times the median one begins another chip. */
const GAP_STEP = 5;

/** How a grid of wavelengths is laid out, for one spectrum on it. */
export interface Layout {
  /** Parts without a gap. */
  readonly chips: readonly Range[];
  /** Between the chips. */
  readonly gaps: readonly Range[];
  /** Flagged pixels within chips, joined where they touch. */
  readonly flagged: readonly Range[];
}

/** @param flux NaN where flagged */
export function layoutOf(wavelength: Float32Array, flux: Float32Array): Layout {
  const steps = wavelength.subarray(1).map((value, i) => value - wavelength[i]);
  const jump = GAP_STEP * [...steps].sort((a, b) => a - b)[steps.length >> 1];
  const chips: Range[] = [];
  const flagged: Range[] = [];
  let start: number | null = null;
  let end = 0;
  const close = (): void => {
    if (start !== null) chips.push([wavelength[start], wavelength[end]]);
    start = null;
  };
  for (let i = 0; i < flux.length; i++) {
    if (Number.isNaN(flux[i])) {
      const first = i;
      while (i + 1 < flux.length && Number.isNaN(flux[i + 1]) && steps[i] <= jump) i++;
      const isGap = i - first >= GAP_PIXELS || first === 0 || i === flux.length - 1;
      if (isGap) close();
      else flagged.push([wavelength[first] - steps[first] / 2, wavelength[i] + steps[i] / 2]);
    } else {
      start ??= i;
      end = i;
    }
    if (steps[i] > jump) close();
  }
  close();
  return { chips, flagged, gaps: chips.slice(1).map(([from], i) => [chips[i][1], from]) };
}

/** a − b, pixel by pixel. */
export function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]);
}
