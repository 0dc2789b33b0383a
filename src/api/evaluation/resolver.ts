import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { Model } from '../model/type.js';
import { Evaluation } from './type.js';

@Resolver(() => Model)
export class ModelEvaluationResolver {
  @FieldResolver(() => [Evaluation], {
    description:
      'What was measured of it by `npx starkin evaluate`, the newest first, 20 at most: on releases that this request sees and on simulated files; none while the release that it was trained on is not visible.',
  })
  @Cost({ own: 5, times: 5 })
  async evaluations(@Root() { name }: Model, @Ctx() context: Context): Promise<Evaluation[]> {
    return ((await context.loaders.evaluations.load(name)) ?? []).map((evaluation) => new Evaluation(evaluation));
  }
}
