import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import { loadAnalyses, type StoredAnalysis } from '../../storage/analysis.js';
import { loadPointLabels, loadPoints, type PointLabels, type PointRange } from '../../storage/projection.js';
import type { Context } from '../context.js';
import { Cost } from '../limits/fieldCost.js';
import { ModelArg } from '../model/argument.js';
import { chooseModel } from '../model/choice.js';
import { checkFirst } from '../relay/connection.js';
import { decodeCursor, encodeCursor, foreignCursor } from '../relay/cursor.js';
import { EncodingArg } from '../scalars/encodingArgument.js';
import { type EncodedFloats, encodeFloats, FloatArray } from '../scalars/floatArray.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { starIdShape } from '../star/cursor.js';
import { Projection, ProjectionKind } from './type.js';

/** Stars in one page: 20,000 are 1.3 MB with ids and all columns in base64, and two statements. */
const MAXIMUM = 20_000;
/** 6,300 stars of three releases took 240 ms on busy cores, most of it to look their labels up; pages are mostly smaller than the largest. */
const PAGE_COST = 2000;
const cursorShape = z.strictObject({ projection: z.string(), id: starIdShape });

@Resolver(() => Projection)
export class ProjectionResolver {
  @Query(() => Projection, {
    nullable: true,
    description:
      "Latent space in a plane, for maps of the whole archive: columns, in pages of up to 20,000 stars. Made of the published releases' stars by `npx starkin projections` and at each publication; null while there is none under this model, or while a release that it was made from is hidden.",
  })
  @Cost({ own: PAGE_COST, times: 1 })
  async projection(
    @Arg('kind', () => ProjectionKind, { description: 'How it is laid out.' }) kind: ProjectionKind,
    @Arg('first', () => Int, { defaultValue: MAXIMUM, description: 'Stars per page, 1 to 20,000.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor that the page follows: `pageInfo.endCursor`.' })
    after: string | null,
    @ModelArg() model: string | null,
    @Ctx() context: Context,
  ): Promise<Projection | null> {
    checkFirst(first, MAXIMUM);
    const [modelId, view] = await Promise.all([chooseModel(context, model), context.view()]);
    const [analysis] = await loadAnalyses(context.db, view, modelId, [kind]);
    if (!analysis) return null;
    const range: PointRange = { first, after: after == null ? null : readCursor(after, analysis) };
    const points = await loadPoints(context.db, analysis.id, { ...range, first: first + 1 });
    const page = {
      ids: points.ids.slice(0, first),
      x: points.x.subarray(0, first),
      y: points.y.subarray(0, first),
    };
    const cursor = (id: string | undefined) =>
      id === undefined ? null : encodeCursor({ projection: analysis.checksum, id });
    let loading: Promise<PointLabels> | null = null;
    return new Projection(analysis, view, {
      points: page,
      range,
      labels: () => {
        loading ??= loadPointLabels(context.db, view, analysis.id, range);
        return loading;
      },
      pageInfo: {
        hasNextPage: points.ids.length > first,
        hasPreviousPage: after != null,
        startCursor: cursor(page.ids[0]),
        endCursor: cursor(page.ids.at(-1)),
      },
    });
  }

  @FieldResolver(() => FloatArray, {
    description: 'Abscissa of each star. PCA: first principal component, in units of `twins { distance }`. UMAP: none.',
  })
  x(@Root() { points }: Projection, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(points.x, encoding, 5);
  }

  @FieldResolver(() => FloatArray, { description: 'Ordinate of each star. PCA: second principal component.' })
  y(@Root() { points }: Projection, @EncodingArg() encoding: SpectrumEncoding): EncodedFloats {
    return encodeFloats(points.y, encoding, 5);
  }

  @FieldResolver(() => FloatArray, {
    description: 'Effective temperature of each star, K, as `parameters` has it; null or NaN where unknown.',
  })
  async teff(@Root() { labels }: Projection, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await labels()).teff, encoding, 2);
  }

  @FieldResolver(() => FloatArray, {
    description: 'Surface gravity log g of each star, log10 of cm s⁻², dex; null or NaN where unknown.',
  })
  async logg(@Root() { labels }: Projection, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await labels()).logg, encoding, 4);
  }

  @FieldResolver(() => FloatArray, {
    description: 'Metallicity [Fe/H] of each star, dex relative to the Sun; null or NaN where unknown.',
  })
  async feh(@Root() { labels }: Projection, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await labels()).feh, encoding, 4);
  }

  @FieldResolver(() => FloatArray, {
    description:
      "Signal to noise per pixel of each star's combined spectrum, as the survey states it; null or NaN where unknown.",
  })
  async snr(@Root() { labels }: Projection, @EncodingArg() encoding: SpectrumEncoding): Promise<EncodedFloats> {
    return encodeFloats((await labels()).snr, encoding, 2);
  }
}

/** @throws InputError for text that is no cursor, or one of another projection: that of another model or kind, or one that was computed anew */
function readCursor(text: string, { checksum }: StoredAnalysis): PointRange['after'] {
  const { projection, id } = decodeCursor(text, cursorShape);
  if (projection !== checksum) throw foreignCursor('projection');
  return id;
}
