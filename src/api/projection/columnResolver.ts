import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { InputError } from '../../domain/errors.js';
import { loadPointGroups } from '../../storage/pointGroups.js';
import { loadPointAbundances, type PointAbundances } from '../../storage/projection.js';
import { checkMethod, chooseEstimator } from '../abundance/choice.js';
import type { Context } from '../context.js';
import { GroupKind, GroupMethod } from '../group/type.js';
import { Cost } from '../limits/fieldCost.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { AbundanceColumn, NameColumn, nameColumn } from './column.js';
import { Projection } from './type.js';

/** What is known of the stars of a projection beside their parameters: columns that cost a statement each. */
@Resolver(() => Projection)
export class ProjectionColumnResolver {
  @FieldResolver(() => [AbundanceColumn], {
    description:
      'Abundances of each star under this model, from the newest visible release that has them, by species; none where no estimator was trained for the model. Without values it tells, at no cost, which species there are.',
  })
  @Cost({ own: 10, times: 1 })
  async abundances(
    @Root() projection: Projection,
    @Arg('species', () => [String], {
      nullable: true,
      description:
        'Symbols of elements, as in ["Fe", "Mg"]. Where left out, all that the estimator knows, in its order.',
    })
    species: readonly string[] | null,
    @Arg('method', () => String, {
      nullable: true,
      description: 'How: nonlinear or linear. Where left out, nonlinear if there is an estimator, else linear.',
    })
    method: string | null,
    @Ctx() context: Context,
  ): Promise<AbundanceColumn[]> {
    checkMethod('method', method);
    const estimator = await chooseEstimator(context, projection.model, method);
    if (!estimator) return [];
    const chosen = [...new Set(species ?? estimator.elements)].map((element) => {
      const place = estimator.elements.indexOf(element);
      if (place < 0) throw new InputError('species', estimator.elements.join(', '), element);
      return { element, place };
    });
    let loading: Promise<PointAbundances[]> | null = null;
    const loadAll = async () => {
      const asked = {
        analysisId: projection.analysisId,
        estimatorId: estimator.id,
        species: chosen.map(({ place }) => place),
      };
      return loadPointAbundances(context.db, await context.view(), asked, projection.range);
    };
    return chosen.map(({ element }, i) => ({
      element,
      method: estimator.method,
      estimator: estimator.id,
      load: async () => {
        loading ??= loadAll();
        return (await loading)[i];
      },
    }));
  }

  @FieldResolver(() => NameColumn, {
    description: 'The release of each star: that whose combined spectrum stands for it, the newest visible one.',
  })
  async release(@Root() { labels }: Projection, @Ctx() context: Context): Promise<NameColumn> {
    const [{ releases }, { release }] = await Promise.all([context.view(), labels()]);
    const named = releases.map(({ name }) => ({ key: name, name }));
    return nameColumn(Array.from(release, (place) => named[place]));
  }

  @FieldResolver(() => NameColumn, {
    description:
      'The group of each star, of those of one kind: found in latent space, a cluster or binary from a list, or what a simulation knows. Of several that with the smallest falsePositiveRate; null for stars that are in none.',
  })
  @Cost({ own: 500 })
  async groups(
    @Root() { analysisId, model, range, ids }: Projection,
    @Arg('kind', () => GroupKind, { defaultValue: GroupKind.FOUND, description: 'How the groups are known.' })
    kind: GroupKind,
    @Arg('method', () => GroupMethod, { nullable: true, description: 'Of those that were found, only those found so.' })
    method: GroupMethod | null,
    @Ctx() context: Context,
  ): Promise<NameColumn> {
    const selection = { analysisId, modelId: model, kind, method };
    const groups = await loadPointGroups(context.db, await context.view(), selection, range);
    const groupOf = new Map(groups.map((group) => [group.starId, group]));
    return nameColumn(ids.map((id) => groupOf.get(id)));
  }
}

@Resolver(() => AbundanceColumn)
export class AbundanceColumnResolver {
  @FieldResolver(() => FloatArray, {
    description: 'Abundance of each star, dex relative to the Sun; null or NaN where there is none that is reliable.',
  })
  @Cost({ own: 200 })
  async value(@Root() { load }: AbundanceColumn, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await load()).value, encoding, 4);
  }

  @FieldResolver(() => FloatArray, {
    description: '1-sigma error of each, dex: half of `interval68` of `Star.abundances`. Null or NaN as the value is.',
  })
  @Cost({ own: 50 })
  async sigma(@Root() { load }: AbundanceColumn, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await load()).sigma, encoding, 4);
  }
}

@Resolver(() => NameColumn)
export class NameColumnResolver {
  @FieldResolver(() => FloatArray, {
    description: 'Of each star the place of its name in `names`, from 0; null or NaN where none fits it.',
  })
  index(@Root() { places }: NameColumn, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(places, encoding, 0);
  }
}
