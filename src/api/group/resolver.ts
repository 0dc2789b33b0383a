import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import { countGroups, loadGroups, placeOf, type StoredGroup } from '../../storage/starGroup.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel } from '../model/choice.js';
import { checkFirst, makePage } from '../relay/connection.js';
import { decodeCursor, digest, encodeCursor, foreignCursor } from '../relay/cursor.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { ID } from '../scalars/identifier.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { StarConnection } from '../star/connection.js';
import { Star } from '../star/type.js';
import { findGroup } from './lookup.js';
import { listMembers } from './members.js';
import { Group, GroupConnection, GroupKind, GroupMethod } from './type.js';

const cursorShape = z.strictObject({
  list: z.string(),
  kind: z.string(),
  method: z.string(),
  number: z.int32(),
  name: z.string().refine((text) => !text.includes('\0')),
});

@Resolver(() => Group)
export class GroupResolver {
  @Query(() => GroupConnection, {
    description:
      'Groups of kin: clusters and binaries known from lists, and over-densities found in latent space among all published stars. Those that a simulation knows are left out unless `kind: TRUTH` asks for them.',
  })
  @Cost({ own: 20 })
  async groups(
    @Arg('method', () => GroupMethod, { nullable: true, description: 'Only those found so.' })
    method: GroupMethod | null,
    @Arg('kind', () => GroupKind, { nullable: true, description: 'Only those known so.' }) kind: GroupKind | null,
    @Arg('first', () => Int, {
      defaultValue: 20,
      description: 'Groups per page, 1 to 1000 unless configured otherwise.',
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor that the page follows.' })
    after: string | null,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<GroupConnection> {
    checkFirst(first, context.settings.api.maximumPage);
    const [modelId, view] = await Promise.all([modelOf(context, model), context.view()]);
    const selection = { modelId, kind, method };
    const list = digest(selection);
    const rows = await loadGroups(context.db, view, {
      ...selection,
      after: after == null ? null : readCursor(after, list),
      first: first + 1,
    });
    const toEdge = (row: StoredGroup) => ({
      cursor: encodeCursor({ list, ...placeOf(row) }),
      node: new Group(row),
    });
    return { ...makePage(rows, first, after, toEdge), count: () => countGroups(context.db, view, selection) };
  }

  @Query(() => Group, { nullable: true, description: 'One group; null where there is none of this id.' })
  async group(
    @Arg('id', () => ID, { description: 'Its global id, or kind and name as in cluster:M67.' }) id: string,
    @Ctx() context: Context,
  ): Promise<Group | null> {
    const group = await findGroup(context, id);
    return group && new Group(group);
  }

  @FieldResolver(() => StarConnection, { description: 'Its stars, in order of id.' })
  @Cost({ own: 5 })
  async members(
    @Root() group: Group,
    @Arg('first', () => Int, {
      defaultValue: 20,
      description: 'Stars per page, 1 to 1000 unless configured otherwise.',
    })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor that the page follows.' })
    after: string | null,
    @Ctx() context: Context,
  ): Promise<StarConnection> {
    return listMembers(context, group, first, after);
  }

  @FieldResolver(() => FloatArray, {
    nullable: true,
    description: 'Mean searched vector of its stars, as `latent { searched }` has them; null for a known group.',
  })
  centre(@Root() { vector }: Group, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats | null {
    return vector && encodeFloats(vector, encoding, null);
  }
}

@Resolver(() => GroupConnection)
export class GroupConnectionResolver {
  @FieldResolver(() => Int, { description: 'Number of groups over all pages; costs a statement of its own.' })
  @Cost({ own: 20 })
  async totalCount(@Root() connection: GroupConnection): Promise<number> {
    return connection.count();
  }
}

@Resolver(() => Star)
export class StarGroupResolver {
  @FieldResolver(() => Group, {
    nullable: true,
    description:
      'The group found in latent space that the star is in: of those by several methods that of the smallest falsePositiveRate. Null where it is in none.',
  })
  @Cost({ own: 2 })
  async group(
    @Root() star: Star,
    @Arg('method', () => GroupMethod, { nullable: true, description: 'Only one found so.' })
    method: GroupMethod | null,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Group | null> {
    const modelId = await modelOf(context, model);
    const groups = (await context.loaders.groupsOf(modelId).load(star.key)) ?? [];
    const found = groups.filter((group) => group.kind === 'found' && (method == null || group.method === method));
    const [best] = found.sort((a, b) => (a.falsePositiveRate ?? 1) - (b.falsePositiveRate ?? 1));
    return best ? new Group(best) : null;
  }

  @FieldResolver(() => [Group], {
    description: 'All groups that the star is in: known ones first, then those found under the model.',
  })
  @Cost({ own: 2 })
  async groups(@Root() star: Star, @ModelArg() model: string | null, @Ctx() context: Context): Promise<Group[]> {
    const modelId = await modelOf(context, model);
    return ((await context.loaders.groupsOf(modelId).load(star.key)) ?? []).map((group) => new Group(group));
  }
}

/** Known groups need no model: there may be none. @throws NotFoundError for a model that is named and unknown */
async function modelOf(context: Context, model: string | null): Promise<string | null> {
  return model == null ? (await context.view()).modelId : chooseModel(context, model);
}

function readCursor(text: string, expected: string) {
  const { list, ...place } = decodeCursor(text, cursorShape);
  if (list !== expected) throw foreignCursor('list of groups');
  return place;
}
