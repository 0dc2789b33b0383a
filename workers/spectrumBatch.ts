import type { SpectrumBatch, StoredBatch } from '../src/compute/compute.js';
import {
  type ParameterName,
  type ParameterValues,
  parameterNames,
  type StellarParameters,
} from '../src/domain/parameters.js';
import type { Spectrum } from '../src/domain/spectrum.js';
import type { EncodedPixels } from '../src/domain/spectrumEncoding.js';

/** The parameters of a spectrum's star, null where they are not known; without errors they are taken as exact. */
interface Parametrised {
  readonly parameters: (ParameterValues & Partial<Pick<StellarParameters, 'errors'>>) | null;
}

/** A normalised spectrum with the parameters of its star. */
export interface BatchMember extends Parametrised {
  readonly spectrum: Pick<Spectrum, 'flux' | 'ivar'>;
}

/** Spectra of one grid as the row-major batch that compute takes. */
export function toBatch(members: readonly BatchMember[]): SpectrumBatch {
  const rows = members.length;
  const pixels = members[0].spectrum.flux.length;
  const flux = new Float32Array(rows * pixels);
  const ivar = new Float32Array(rows * pixels);
  members.forEach(({ spectrum }, row) => {
    flux.set(spectrum.flux, row * pixels);
    ivar.set(spectrum.ivar, row * pixels);
  });
  return { rows, flux, ivar, ...parametersOf(members) };
}

/** Spectra of one grid as they are stored. */
export function toStoredBatch(members: readonly (Parametrised & { readonly pixels: EncodedPixels })[]): StoredBatch {
  const spectra = members.map(({ pixels }) => pixels);
  return { rows: members.length, spectra, ...parametersOf(members) };
}

function parametersOf(members: readonly Parametrised[]): Pick<SpectrumBatch, 'parameters' | 'parameterErrors'> {
  const columns = (value: (parameters: Parametrised['parameters'], name: ParameterName) => number) =>
    Float64Array.from(members.flatMap(({ parameters }) => parameterNames.map((name) => value(parameters, name))));
  return {
    parameters: columns((parameters, name) => parameters?.[name] ?? Number.NaN),
    parameterErrors: columns((parameters, name) => parameters?.errors?.[name] ?? 0),
  };
}
