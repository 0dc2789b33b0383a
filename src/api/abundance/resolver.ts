import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel } from '../model/choice.js';
import { Star } from '../star/type.js';
import { checkMethod, methodsOf, TRUTH } from './choice.js';
import { toAbundances } from './estimated.js';
import { Abundance } from './type.js';

@Resolver(() => Star)
export class StarAbundancesResolver {
  @FieldResolver(() => [Abundance], {
    description:
      'Abundances with their errors, in the order of the estimator, from the newest published release that has them; none where no estimator was trained for the model (npx starkin abundances train) or the star has no latent.',
  })
  async abundances(
    @Root() star: Star,
    @Arg('method', () => String, {
      nullable: true,
      description: `How: nonlinear, linear, or ${TRUTH} for what a simulation knows. Where left out, nonlinear if there is an estimator, else linear.`,
    })
    given: string | null | undefined,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Abundance[]> {
    const method = given ?? null;
    checkMethod('method', method, [TRUTH]);
    if (method === TRUTH) return trueAbundances(context, star);
    // Where no model is named nor served there is nothing to tell, and nothing wrong.
    if (model == null && (await context.view()).modelId === null) return [];
    const choice = { modelId: await chooseModel(context, model), methods: methodsOf(method) };
    const chosen = await context.loaders.chosenAbundances(choice).load(star.key);
    return chosen ? toAbundances(chosen.estimator, chosen.estimate) : [];
  }
}

async function trueAbundances(context: Context, star: Star): Promise<Abundance[]> {
  const known = await context.loaders.trueAbundances.load(star.key);
  return (known?.abundances ?? []).map(({ element, value, sigma }) => ({
    element,
    value,
    sigma,
    noise: null,
    interval68: null,
    interval95: null,
    reliable: true,
    reason: null,
    method: TRUTH,
    model: null,
    release: known?.release ?? '',
    estimator: null,
    trainedOn: null,
  }));
}
