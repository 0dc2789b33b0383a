import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { StarId } from '../../domain/star.js';
import type { StoredEstimator } from '../../storage/abundanceEstimator.js';
import { Comparison } from '../comparison/type.js';
import type { Context } from '../context.js';
import { checkMethod, chooseEstimator } from './choice.js';
import { AbundanceDifference, abundanceDifferences, type ComparedStar } from './difference.js';

@Resolver(() => Comparison)
export class ComparisonAbundancesResolver {
  @FieldResolver(() => [AbundanceDifference], {
    description:
      'Differences in abundances, a less b, whose errors leave out what is the same for both; none where no estimator was trained for the model.',
  })
  async abundances(
    @Root() { a, b, model }: Comparison,
    @Arg('method', () => String, {
      nullable: true,
      description: 'How: nonlinear or linear. Where left out, nonlinear if there is an estimator, else linear.',
    })
    method: string | null | undefined,
    @Ctx() context: Context,
  ): Promise<AbundanceDifference[]> {
    checkMethod('method', method);
    const estimator = await chooseEstimator(context, model, method);
    if (!estimator) return [];
    const [first, second] = await Promise.all([a, b].map(({ key }) => comparedStar(context, estimator, key)));
    return first && second ? abundanceDifferences(estimator, first, second) : [];
  }
}

async function comparedStar(context: Context, estimator: StoredEstimator, star: StarId): Promise<ComparedStar | null> {
  const [estimate, latent] = await Promise.all([
    context.loaders.abundances(estimator.id).load(star),
    context.loaders.latent(estimator.modelId).load(star),
  ]);
  return estimate && latent?.estimate ? { estimate, latent: latent.estimate } : null;
}
