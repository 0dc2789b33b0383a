import { Field, Float, ObjectType } from 'type-graphql';
import { describeReason } from '../../domain/abundance.js';
import { differenceError, inputDistance, type StatedError } from '../../domain/differentialAbundance.js';
import { completedSnr } from '../../domain/signalToNoise.js';
import type { StoredEstimate } from '../../storage/abundanceEstimate.js';
import type { StoredEstimator } from '../../storage/abundanceEstimator.js';
import type { LatentEstimate } from '../../storage/latent.js';
import { ID } from '../scalars/identifier.js';
import { Interval, intervalOf } from './type.js';

@ObjectType({
  description:
    'The difference of two stars in one abundance. What the estimator errs by alike for both cancels: the error is smaller than that of two single abundances, the more so the more alike the stars are.',
})
export class AbundanceDifference {
  @Field({ description: 'Symbol of the element.' })
  readonly element!: string;
  @Field(() => Float, { description: 'Abundance of a less that of b, dex: [Fe/H] for Fe, [X/Fe] for the others.' })
  readonly difference!: number;
  @Field(() => Float, {
    description:
      '1-sigma error of the difference, dex: calibrated to be the root mean square of the errors of pairs that the estimator had not seen.',
  })
  readonly sigma!: number;
  @Field(() => Interval, { description: 'Holds the true difference with 68.3 % probability.' })
  readonly interval68!: Interval;
  @Field(() => Interval, { description: 'Holds the true difference with 95 % probability.' })
  readonly interval95!: Interval;
  @Field({ description: 'False where the abundance of either star is not reliable: `reason` tells why.' })
  readonly reliable!: boolean;
  @Field(() => String, { nullable: true, description: 'Why it is not reliable; null where it is.' })
  readonly reason!: string | null;
  @Field({ description: 'How the abundances were got: nonlinear or linear.' })
  readonly method!: string;
  @Field({ description: 'Name of the model whose latents they are from.' })
  readonly model!: string;
  @Field(() => ID, { description: 'Name of the estimator.' })
  readonly estimator!: string;
}

/** What is known of a star to be compared. */
export interface ComparedStar {
  readonly estimate: StoredEstimate;
  /** Of the same spectrum. */
  readonly latent: LatentEstimate;
}

/** Differences of all species of an estimator, a less b. */
export function abundanceDifferences(
  { id, method, modelId, elements, figures, differential }: StoredEstimator,
  a: ComparedStar,
  b: ComparedStar,
): AbundanceDifference[] {
  const [ofA, ofB] = [a, b].map(({ latent }) => [...latent.residual, ...latent.refined]);
  const distance = inputDistance(ofA, ofB, differential.scale);
  const stated = ({ estimate, latent }: ComparedStar, i: number): StatedError => ({
    sigma: estimate.sigma[i],
    snr: completedSnr(estimate.snr, latent.information, differential.snrPerInformation ?? 1),
    parameter: latent.refined[0],
  });
  return elements.map((element, i) => {
    const { sigma, half68, half95 } = differenceError(differential, i, [stated(a, i), stated(b, i)], distance);
    const difference = a.estimate.value[i] - b.estimate.value[i];
    const reason = a.estimate.reason[i] ?? b.estimate.reason[i];
    return {
      element,
      difference,
      sigma,
      interval68: intervalOf(difference, half68),
      interval95: intervalOf(difference, half95),
      reliable: reason === null,
      reason: reason && describeReason(reason, figures[i]),
      method,
      model: modelId,
      estimator: id,
    };
  });
}
