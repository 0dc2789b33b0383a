import { useMemo } from 'react';
import { StarSpectrumDocument } from '../generated/graphql';
import { decodeFloats } from '../graphql/floatArray';
import { type Answer, useAnswer } from '../graphql/useAnswer';
import { type Layout, layoutOf } from './pixels';

/** A star's observed spectrum as numbers. */
export interface ObservedSpectrum {
  readonly wavelength: Float32Array;
  readonly flux: Float32Array;
  readonly error: Float32Array;
  readonly layout: Layout;
  readonly good: number;
  readonly snr: number | null;
  readonly release: string;
}

export interface SpectrumAnswer extends Omit<Answer<unknown>, 'data'> {
  /** Null where the star has none, or while it is not known. */
  readonly spectrum: ObservedSpectrum | null;
}

/** Which of a star's spectra. */
export interface Chosen {
  /** Null: the newest that has this visit. */
  readonly release: string | null;
  /** 0: the combined one. */
  readonly visit: number;
}

export function useSpectrum(id: string, { release, visit }: Chosen): SpectrumAnswer {
  const { data, ...answer } = useAnswer(StarSpectrumDocument, {
    id,
    ...(release !== null && { release }),
    ...(visit !== 0 && { visit }),
  });
  const found = data?.star?.spectrum ?? null;
  const spectrum = useMemo(() => {
    if (!found) return null;
    const wavelength = decoded(found.wavelength);
    const flux = decoded(found.flux);
    const error = found.error ? decoded(found.error) : new Float32Array(flux.length).fill(Number.NaN);
    const { good, snr, release } = found;
    return { wavelength, flux, error, layout: layoutOf(wavelength, flux), good, snr, release };
  }, [found]);
  return { ...answer, spectrum };
}

/** A FloatArray that was asked for as BASE64_F32. */
export function decoded(values: readonly (number | null)[] | string): Float32Array {
  return typeof values === 'string' ? decodeFloats(values) : Float32Array.from(values, (value) => value ?? Number.NaN);
}
