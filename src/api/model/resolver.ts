import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { listVisibleModels } from '../../storage/model.js';
import type { Context } from '../context.js';
import { ID } from '../scalars/identifier.js';
import { loadModel } from './choice.js';
import { Model } from './type.js';

@Resolver(() => Model)
export class ModelResolver {
  @Query(() => [Model], {
    description: 'The models, newest first: those that answer or did, and those trained on a visible release.',
  })
  async models(@Ctx() context: Context): Promise<Model[]> {
    const view = await context.view();
    const models = await listVisibleModels(context.db, view);
    return models.map((model) => new Model(model, view));
  }

  @Query(() => Model, { nullable: true, description: 'One model; null where there is none of this name.' })
  async model(
    @Arg('id', () => ID, { description: "The model's name or global id." }) id: string,
    @Ctx() context: Context,
  ): Promise<Model | null> {
    const [view, model] = await Promise.all([context.view(), loadModel(context, id)]);
    return model && new Model(model, view);
  }
}
