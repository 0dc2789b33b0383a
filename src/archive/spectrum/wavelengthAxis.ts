/** A regular axis in the words of FITS: the value of the first pixel and the step there. */
export interface WavelengthAxis {
  /** WAVE: linear; WAVE-LOG: λ = λ₀ exp((p - 1) CDELT / λ₀) at pixel p (Greisen et al. 2006, A&A 446, 747, equation 5). */
  readonly ctype: 'WAVE' | 'WAVE-LOG';
  readonly crval: number;
  readonly cdelt: number;
}

/** A regular axis keeps to within this share of a pixel of the wavelengths. */
const TOLERANCE = 1e-3;

/** The regular axis that wavelengths lie on; null where they are spaced in another way. */
export function wavelengthAxis(wavelength: Float64Array): WavelengthAxis | null {
  const last = wavelength.length - 1;
  const [first, end] = [wavelength[0], wavelength[last]];
  const ratio = Math.log(end / first) / last;
  const step = (end - first) / last;
  if (follows(wavelength, (i) => first * Math.exp(ratio * i)))
    return { ctype: 'WAVE-LOG', crval: first, cdelt: first * ratio };
  if (follows(wavelength, (i) => first + step * i)) return { ctype: 'WAVE', crval: first, cdelt: step };
  return null;
}

function follows(wavelength: Float64Array, at: (pixel: number) => number): boolean {
  return wavelength.every((value, i) => {
    const width = i > 0 ? value - wavelength[i - 1] : wavelength[1] - value;
    return Math.abs(value - at(i)) <= TOLERANCE * width;
  });
}
