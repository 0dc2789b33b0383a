import type { EncodedBatch } from '../../compute/compute.js';
import { SpectrumError } from '../../domain/errors.js';
import { parameterNames } from '../../domain/parameters.js';
import type { StoredModel } from '../../storage/model.js';
import { cameNormalised } from '../../storage/spectrumSummary.js';
import type { Context } from '../context.js';
import { modelSource } from '../modelSource.js';
import { digest } from '../relay/cursor.js';
import type { QueryLatent } from '../twin/order.js';
import type { SpectrumInput } from './input.js';
import { ARGUMENT, type InputParameters, toObserved, toParameters } from './observed.js';

/** What a model makes of a spectrum from elsewhere. */
export interface EncodedInput {
  /** One row, which has a latent. */
  readonly encoded: EncodedBatch;
  readonly parameters: InputParameters;
}

/** Of each request what it has encoded, by model and spectrum: two fields about one spectrum encode it once. */
const encodings = new WeakMap<Context, Map<string, Promise<EncodedInput>>>();

/**
 * To the model's grid as ingest would have, then through the model; once for each spectrum of a request.
 * @throws InputError, SpectrumError naming the field that cannot be used
 */
export function encodeInput(context: Context, model: StoredModel, input: SpectrumInput): Promise<EncodedInput> {
  const known = encodings.get(context) ?? new Map<string, Promise<EncodedInput>>();
  encodings.set(context, known);
  const key = digest({ model: model.id, input });
  const encoding = known.get(key) ?? encode(context, model, input);
  known.set(key, encoding);
  return encoding;
}

async function encode(context: Context, model: StoredModel, input: SpectrumInput): Promise<EncodedInput> {
  const parameters = toParameters(input, model.parameters, model.id);
  const { db, compute, settings } = context;
  const source = modelSource(context, model.id);
  const { errorFloor, minimumGoodPixels } = settings.ingest;
  const { flux, ivar } = await compute.standardise(source, toObserved(input), {
    resolvingPower: settings.survey.resolvingPower,
    minimumGoodPixels,
    continuum: { order: settings.continuum.order, errorFloor },
    cameNormalised: input.normalised == null && (await cameNormalised(db, model.trainedOnId)),
  });
  const row = (values: InputParameters['values'], missing: number) =>
    Float64Array.from(parameterNames, (name) => values[name] ?? missing);
  const batch = {
    rows: 1,
    flux,
    ivar,
    parameters: row(parameters.values, Number.NaN),
    parameterErrors: row(parameters.errors, 0),
  };
  const encoded = await compute.encode(source, batch, settings.encode);
  const [reason] = encoded.reasons;
  if (reason !== null) throw new SpectrumError(ARGUMENT, 'a spectrum that the model can encode', reason);
  return { encoded, parameters };
}

/** As stars are compared with it. */
export function toQueryLatent(
  { searched, information, informationVector }: EncodedBatch,
  { values, errors }: InputParameters,
): QueryLatent {
  const feh = values.feh !== null && errors.feh ? { value: values.feh, sigma: errors.feh } : null;
  return { searched, evidence: { information, informationVector, feh } };
}
