import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { EncodedBatch, EstimateInput } from '../../compute/compute.js';
import { checkMethod, chooseEstimator } from '../abundance/choice.js';
import { toAbundances } from '../abundance/estimated.js';
import { Abundance } from '../abundance/type.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { chooseModel, requireModel } from '../model/choice.js';
import { estimatorSource } from '../modelSource.js';
import { encodeInput } from './encoded.js';
import { SpectrumInput } from './input.js';
import { ARGUMENT } from './observed.js';

@Resolver()
export class SpectrumAbundancesResolver {
  @Cost({ own: 50 })
  @Query(() => [Abundance], {
    description:
      'Abundances with their errors of a spectrum that is not in the archive, under the served model, as `Star.abundances` gives them of its stars; none where no estimator was trained for the model. Errors as of `twinsOf`. Nothing of the spectrum is stored.',
  })
  async abundancesOf(
    @Arg(ARGUMENT, () => SpectrumInput, { description: 'The spectrum.' }) input: SpectrumInput,
    @Arg('method', () => String, {
      nullable: true,
      description: 'How: nonlinear or linear. Where left out, nonlinear if there is an estimator, else linear.',
    })
    method: string | null,
    @Ctx() context: Context,
  ): Promise<Abundance[]> {
    checkMethod('method', method);
    const model = await requireModel(context, await chooseModel(context, null));
    const { encoded } = await encodeInput(context, model, input);
    const estimator = await chooseEstimator(context, model.id, method);
    if (estimator === null) return [];
    const source = estimatorSource(context, estimator.id);
    const estimated = await context.compute.estimateAbundances(source, toEstimateInput(encoded));
    const { reason } = estimated;
    const [value, sigma, half95, noise] = [estimated.value, estimated.sigma, estimated.half95, estimated.noise].map(
      (values) => Array.from(values),
    );
    return toAbundances(estimator, { value, sigma, half95, noise, reason, release: null });
  }
}

/** One star. Its signal to noise is left to be told by the latent's information: what a file states may be of other pixels than the survey's. */
function toEstimateInput(encoded: EncodedBatch): EstimateInput {
  const { latentSize, residual, information, informationVector, refined, refinedCovariance, extrapolated } = encoded;
  return {
    latents: {
      rows: 1,
      latentSize,
      residual,
      information,
      informationVector,
      refined: Float32Array.from(refined),
      refinedCovariance: Float32Array.from(refinedCovariance),
    },
    snr: Float64Array.of(Number.NaN),
    extrapolated,
  };
}
