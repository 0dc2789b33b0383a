import type { SpectrumBatch } from '../src/compute/compute.js';
import { type ParameterValues, parameterNames, type StellarParameters } from '../src/domain/parameters.js';
import type { Spectrum } from '../src/domain/spectrum.js';

/** A normalised spectrum with the parameters of its star, null where they are not known; without errors they are taken as exact. */
export interface BatchMember {
  readonly spectrum: Pick<Spectrum, 'flux' | 'ivar'>;
  readonly parameters: (ParameterValues & Partial<Pick<StellarParameters, 'errors'>>) | null;
}

/** Spectra of one grid as the row-major batch that compute takes. */
export function toBatch(members: readonly BatchMember[]): SpectrumBatch {
  const rows = members.length;
  const pixels = members[0].spectrum.flux.length;
  const flux = new Float32Array(rows * pixels);
  const ivar = new Float32Array(rows * pixels);
  const parameters = new Float64Array(rows * parameterNames.length);
  const parameterErrors = new Float64Array(rows * parameterNames.length);
  members.forEach((member, row) => {
    flux.set(member.spectrum.flux, row * pixels);
    ivar.set(member.spectrum.ivar, row * pixels);
    parameters.set(
      parameterNames.map((name) => member.parameters?.[name] ?? Number.NaN),
      row * parameterNames.length,
    );
    parameterErrors.set(
      parameterNames.map((name) => member.parameters?.errors?.[name] ?? 0),
      row * parameterNames.length,
    );
  });
  return { rows, flux, ivar, parameters, parameterErrors };
}
