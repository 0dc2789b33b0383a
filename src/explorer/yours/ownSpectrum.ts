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
  return post<ParsedSpectrum>('spectra/parse', file, 'application/octet-stream', signal);
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

/** So many times the median error, and a pixel says nothing: surveys write huge errors into gaps. */
const HOPELESS = 100;

/** The parsed arrays as numbers, to be drawn: NaN where the file flags a pixel, by flux or by error. */
export function numbersOf(parsed: ParsedSpectrum) {
  const [wavelength, flux, error] = [parsed.wavelength, parsed.flux, parsed.error].map((each) => decoded(each ?? []));
  const known = error.filter((each) => each > 0 && Number.isFinite(each)).sort();
  const most = HOPELESS * known[known.length >> 1];
  const isGood = (i: number) => error[i] > 0 && error[i] <= most;
  return { wavelength, flux: flux.map((each, i) => (isGood(i) ? each : Number.NaN)), error };
}
