import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { StarId } from '../../domain/star.js';
import type { StoredAnalysis } from '../../storage/analysis.js';
import type { PointLabels, PointRange, ProjectionPoints } from '../../storage/projection.js';
import type { View } from '../../storage/view.js';
import { PageInfo } from '../relay/connection.js';
import { ID } from '../scalars/identifier.js';

/** The words are those of the store. */
export enum ProjectionKind {
  PCA = 'pca',
  UMAP = 'umap',
}

registerEnumType(ProjectionKind, {
  name: 'ProjectionKind',
  description: 'How latent space is laid out in a plane.',
  valuesConfig: {
    PCA: {
      description:
        'The two principal components of the searched vectors: linear, distances shrink but never grow, in the units of `twins { distance }`.',
    },
    UMAP: {
      description:
        'Uniform manifold approximation and projection (McInnes, Healy & Melville 2018): neighbours stay neighbours; distances, sizes and orientation mean nothing.',
    },
  },
});

@ObjectType({
  description:
    'A page of stars laid out in a plane by their searched vectors, column by column: `ids`, `x`, `y` and the labels have one entry per star, in the same order. The order (by star) and the columns of a projection never change, page by page.',
})
export class Projection {
  @Field(() => ProjectionKind, { description: 'How latent space was laid out.' })
  readonly kind: ProjectionKind;
  @Field({ description: 'Name of the model whose latent space it is.' })
  readonly model: string;
  @Field(() => Int, { description: 'Number of stars over all pages.' })
  readonly stars: number;
  @Field(() => [String], {
    description:
      'Names of the releases whose stars were laid out, newest first; stars published since are in none of it until it is computed again.',
  })
  readonly releases: readonly string[];
  @Field(() => GraphQLJSONObject, {
    description: 'What it was computed with: the seed, for UMAP neighbours, minimumDistance, epochs and stars fitted.',
  })
  readonly settings: Readonly<Record<string, unknown>>;
  @Field(() => [Float], {
    nullable: true,
    description: 'For PCA the share of the variance along x and along y, 0 to 1; null for UMAP.',
  })
  readonly explainedVariance: readonly number[] | null;
  @Field(() => [ID], { description: 'The stars of this page as survey:name, which `star(id:)` and `nodes` take.' })
  readonly ids: readonly StarId[];
  @Field(() => PageInfo, { description: 'Where the page stands.' })
  readonly pageInfo: PageInfo;
  /** Not fields: the resolver writes them in the encoding asked for. */
  readonly points: ProjectionPoints;
  readonly analysisId: number;
  readonly range: PointRange;
  /** One statement for all labels, when one of them is first asked. */
  readonly labels: () => Promise<PointLabels>;

  constructor(
    { id, method, modelId, stars, settings, results, releaseIds }: StoredAnalysis,
    view: View,
    page: Pick<Projection, 'points' | 'range' | 'labels' | 'pageInfo'>,
  ) {
    this.analysisId = id;
    this.kind = method as `${ProjectionKind}` as ProjectionKind;
    this.model = modelId;
    this.stars = stars;
    this.settings = settings;
    this.releases = view.releases.filter(({ id }) => releaseIds.includes(id)).map(({ name }) => name);
    this.explainedVariance = (results.explainedVariance as number[] | undefined) ?? null;
    this.ids = page.points.ids;
    this.points = page.points;
    this.range = page.range;
    this.labels = page.labels;
    this.pageInfo = page.pageInfo;
  }
}
