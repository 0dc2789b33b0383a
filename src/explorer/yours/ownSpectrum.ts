import type { SpectralMedium, SpectrumInput } from '../generated/graphql';
import { post } from '../graphql/ask';
import type { ParameterName } from '../spectrum/trainingRange';
import { decoded } from '../spectrum/useSpectrum';

/** What POST /spectra/parse makes of a file: the argument of `twinsOf`, null where the file does not tell. */
export type ParsedSpectrum = { readonly [Field in keyof SpectrumInput]: SpectrumInput[Field] | null };

/** Largest file that the server takes. */
export const LARGEST = 16 * 2 ** 20;

/** Reads a file on the server, which stores nothing of it. @throws AnswerError for a file that holds no spectrum */
export function parseFile(file: File, signal: AbortSignal): Promise<ParsedSpectrum> {
  return post<ParsedSpectrum>('/spectra/parse', file, 'application/octet-stream', signal);
}

/** What the reader says of the spectrum where the file does not. */
export interface Told {
  readonly medium: SpectralMedium | '';
  readonly values: Readonly<Partial<Record<ParameterName, string>>>;
}

/** The question to the API; null where something that the model needs is missing. */
export function asInput(
  parsed: ParsedSpectrum,
  { medium, values }: Told,
  needed: readonly ParameterName[],
): SpectrumInput | null {
  const { wavelength, flux, error } = parsed;
  if (!wavelength || !flux || !error || medium === '') return null;
  const told: Partial<Record<ParameterName, number>> = {};
  for (const name of needed) {
    const value = Number(values[name]);
    if (!values[name]?.trim() || !Number.isFinite(value)) return null;
    told[name] = value;
  }
  const errors = Object.fromEntries(
    needed.flatMap((name) => {
      // An error belongs to the value that it came with.
      const isOfFile = parsed[name] !== null && Number(values[name]) === parsed[name];
      const known = parsed[`${name}Error`];
      return isOfFile && known != null ? [[`${name}Error`, known]] : [];
    }),
  );
  const { resolvingPower, radialVelocity, normalised } = parsed;
  return {
    wavelength,
    flux,
    error,
    medium,
    ...(resolvingPower != null && { resolvingPower }),
    ...(radialVelocity != null && { radialVelocity }),
    ...(normalised != null && { normalised }),
    ...told,
    ...errors,
  };
}

/** The parsed arrays as numbers. */
export function numbersOf({ wavelength, flux, error }: ParsedSpectrum) {
  return { wavelength: decoded(wavelength ?? []), flux: decoded(flux ?? []), error: decoded(error ?? []) };
}
