import { useMemo } from 'react';
import type { Line, LineFigure } from '../figure/lineFigure';
import { FigureStack } from './FigureStack';
import { difference } from './pixels';
import type { ObservedSpectrum } from './useSpectrum';

interface SpectrumFigureProps {
  readonly name: string;
  readonly spectrum: ObservedSpectrum;
  /** The model's own rendering of the star. */
  readonly reconstruction: Float32Array | null;
  /** The star at other parameters. */
  readonly recast: Float32Array | null;
  readonly params: URLSearchParams;
}

/** Flux with its errors, and below what the model leaves of it. */
export function SpectrumFigure({ name, spectrum, reconstruction, recast, params }: SpectrumFigureProps) {
  const { wavelength, flux, error, layout, good } = spectrum;
  const base = useMemo(
    () => ({ x: wavelength, shaded: layout.flagged, gaps: layout.gaps, marks: [] }),
    [wavelength, layout],
  );
  const upper = useMemo((): LineFigure => {
    const lines: Line[] = [{ label: 'Observed', colour: 'observed', values: flux }];
    if (reconstruction) lines.push({ label: 'Reconstruction', colour: 'model', values: reconstruction });
    if (recast) lines.push({ label: 'Recast', colour: 'recast', values: recast });
    return {
      ...base,
      lines,
      band: { error, about: 'first' },
      yLabel: 'Flux / continuum',
      vertical: 'first',
      height: 340,
    };
  }, [base, flux, error, reconstruction, recast]);
  const lower = useMemo((): LineFigure | null => {
    if (!reconstruction) return null;
    const label = 'Observed − reconstruction';
    const lines: Line[] = [{ label, colour: 'third', values: difference(flux, reconstruction) }];
    return { ...base, lines, band: { error, about: 'zero' }, yLabel: 'Residual', vertical: 'symmetric', height: 170 };
  }, [base, flux, error, reconstruction]);
  const figures = useMemo(() => (lower ? [upper, lower] : [upper]), [upper, lower]);
  return (
    <FigureStack
      title="Spectrum"
      name={name}
      figures={figures}
      descriptions={[
        `Flux of ${name} against wavelength, ${good} good pixels`,
        `Residual of ${name} and its reconstruction against wavelength`,
      ]}
      chips={layout.chips}
      params={params}
    />
  );
}
