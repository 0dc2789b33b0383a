import type { LineFigure, Range } from '../figure/lineFigure';
import type { CompareStarsQuery } from '../generated/graphql';
import { difference, layoutOf } from '../spectrum/pixels';
import { decoded } from '../spectrum/useSpectrum';

type Compared = CompareStarsQuery['compare'];

/** Figures 5 and 6 of de Mijolla et al. (2021): two stars as observed, at the same parameters, and the differences of either pair. */
export function comparedFigures({ wavelength, fluxA, fluxB, residual, a, b }: Compared): {
  readonly figures: readonly LineFigure[];
  readonly chips: readonly Range[];
} {
  const x = decoded(wavelength);
  const recast = { a: decoded(fluxA), b: decoded(fluxB), difference: decoded(residual) };
  const observed = a.spectrum && b.spectrum && { a: decoded(a.spectrum.flux), b: decoded(b.spectrum.flux) };
  const layout = layoutOf(x, observed?.a ?? recast.a);
  const base = { x, gaps: layout.gaps, shaded: layout.flagged, band: null, marks: [] };
  const pair = (of: { a: Float32Array; b: Float32Array }) => [
    { label: a.name, colour: 'observed' as const, values: of.a },
    { label: b.name, colour: 'twin' as const, values: of.b },
  ];
  const together: LineFigure = {
    ...base,
    lines: pair(recast),
    yLabel: 'At the same parameters',
    vertical: 'first',
    height: 230,
  };
  const left = { label: 'Difference at the same parameters', colour: 'third' as const, values: recast.difference };
  const bottom: LineFigure = { ...base, lines: [left], yLabel: 'Difference', vertical: 'symmetric', height: 160 };
  // Spectra of two grids have no pixels in common.
  if (!observed || observed.a.length !== x.length || observed.b.length !== x.length)
    return { figures: [together, bottom], chips: layout.chips };
  const apart = {
    label: 'Difference as observed',
    colour: 'muted' as const,
    values: difference(observed.a, observed.b),
  };
  return {
    figures: [
      { ...base, lines: pair(observed), yLabel: 'As observed', vertical: 'first', height: 260 },
      together,
      { ...bottom, lines: [apart, left] },
    ],
    chips: layout.chips,
  };
}
