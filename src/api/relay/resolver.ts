import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import type { Context } from '../context.js';
import { findGroup } from '../group/lookup.js';
import { Group } from '../group/type.js';
import { loadModel } from '../model/choice.js';
import { Model } from '../model/type.js';
import { Release } from '../release/type.js';
import { ID } from '../scalars/identifier.js';
import { findStar } from '../star/lookup.js';
import { checkReferences } from '../star/reference.js';
import { parseGlobalId } from './globalId.js';
import { Node } from './node.js';

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'The object with this global id; null where there is none.' })
  async node(
    @Arg('id', () => ID, { description: 'Global id; for stars also what `star(id:)` takes.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Node | null> {
    return findNode(context, id);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description:
      'The objects with these global ids, in the order asked; null in the places of those that there are none of.',
  })
  nodes(
    @Arg('ids', () => [ID], {
      description: 'Global ids; for stars also what `star(id:)` takes. At most as many as a page may have.',
    })
    ids: string[],
    @Ctx() context: Context,
  ): Promise<Node | null>[] {
    checkReferences('ids', ids, context.settings.api.maximumPage);
    // Promises, not their values: an ambiguous id fails in its own place and the others stay.
    return ids.map((id) => findNode(context, id));
  }
}

async function findNode(context: Context, id: string): Promise<Node | null> {
  const parsed = parseGlobalId(id);
  if (parsed?.kind === 'Release') {
    const release = (await context.view()).releases.find(({ name }) => name === parsed.key);
    return release ? new Release(release) : null;
  }
  if (parsed?.kind === 'Model') {
    const [view, model] = await Promise.all([context.view(), loadModel(context, parsed.key)]);
    return model && new Model(model, view);
  }
  if (parsed?.kind === 'Group') {
    const group = await findGroup(context, id);
    return group && new Group(group);
  }
  return findStar(context, id);
}
