import { InputError, NotReadyError } from '../../domain/errors.js';
import { type ParameterValues, parameterNames } from '../../domain/parameters.js';
import type { StarId } from '../../domain/star.js';
import type { StoredModel } from '../../storage/model.js';
import type { Context } from '../context.js';
import { requireLatent } from '../latent/choice.js';
import type { ParametersInput } from '../star/inputs.js';
import { type Spectrum, SpectrumKind } from './type.js';

/** A star's latent decoded at physical parameters. All recasts of a level of the query go to the decoder together. @throws NotReadyError where it has no latent */
export async function recastStar(
  context: Context,
  star: StarId,
  model: StoredModel,
  parameters: ParameterValues,
): Promise<Spectrum> {
  const latent = await requireLatent(context, model.id, star);
  const residual = latent.estimate?.residual ?? null;
  const { flux, extrapolated } = await context.loaders.recast(model.id).load({ z: latent.z, residual, parameters });
  return {
    arrays: async () => ({ flux, error: null, mask: null }),
    gridId: model.gridId,
    stored: null,
    kind: SpectrumKind.RECAST,
    // Counted where it is asked for: 20 spectra take a millisecond.
    get good() {
      return flux.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
    },
    snr: null,
    release: latent.release,
    visit: 0,
    combined: true,
    mjd: null,
    telescope: null,
    fibre: null,
    model: model.id,
    extrapolated: extrapolated || latent.extrapolated,
  };
}

/**
 * Parameters that a client asks for, [Fe/H] being the star's own where it is left out and the model removes it.
 * @param argument its name, for messages
 * @throws InputError for one that is not finite, or [Fe/H] left out where the star has none
 */
export async function requestedParameters(
  context: Context,
  star: StarId,
  model: StoredModel,
  argument: string,
  asked: ParametersInput,
): Promise<ParameterValues> {
  checkFinite(argument, asked);
  const { teff, logg } = asked;
  if (asked.feh != null || !model.parameters.includes('feh')) return { teff, logg, feh: asked.feh ?? null };
  const feh = (await context.loaders.parameters.load(star))?.feh ?? null;
  if (feh === null) throw new InputError(`${argument}.feh`, `a number, since ${star} has no [Fe/H] of its own`, feh);
  return { teff, logg, feh };
}

/** The parameters of a star's newest release, as a target. @throws NotReadyError where one that the model removes is not known */
export async function parametersOf(context: Context, star: StarId, model: StoredModel): Promise<ParameterValues> {
  const parameters = await context.loaders.parameters.load(star);
  const missing = model.parameters.filter((name) => parameters?.[name] == null);
  if (parameters === null || missing.length > 0)
    throw new NotReadyError(`${star} has no ${missing.join(', ')} in a published release: nothing can be recast to it`);
  return parameters;
}

/** A literal such as 1e999 is a valid Float to graphql-js and infinite in JavaScript; one such row would fail the whole batch. */
function checkFinite(argument: string, asked: ParametersInput): void {
  for (const name of parameterNames) {
    const value = asked[name];
    if (value != null && !Number.isFinite(value)) throw new InputError(`${argument}.${name}`, 'a finite number', value);
  }
}
