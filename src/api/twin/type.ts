import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ChiSquare } from '../../compute/compute.js';
import type { SharedCondition } from '../../domain/systematics.js';
import { PageInfo } from '../relay/connection.js';
import { Star } from '../star/type.js';

export enum SearchPlan {
  EXACT = 'EXACT',
  HNSW = 'HNSW',
}

registerEnumType(SearchPlan, {
  name: 'SearchPlan',
  description: 'How neighbours were looked for.',
  valuesConfig: {
    EXACT: { description: 'Every candidate was measured.' },
    HNSW: {
      description:
        'An index was walked (hierarchical navigable small worlds, Malkov & Yashunin 2020), as is done in large archives unless a filter leaves few stars: now and then a neighbour is missed.',
    },
  },
});

@ObjectType({ description: 'How a twin search ran.' })
export class TwinSearch {
  @Field(() => SearchPlan, { description: 'The plan that ran.' })
  readonly plan!: SearchPlan;
  @Field({ description: 'True when no nearer star can have been missed.' })
  readonly exact!: boolean;
  @Field(() => Int, {
    description: 'How many of the nearest stars are ordered by their Bayes factor; those beyond are by distance.',
  })
  readonly ranked!: number;
  /** Not a field: counts only when asked. */
  readonly count!: () => Promise<number>;
}

export enum SharedSystematic {
  FIBRE = 'fibre',
  FIELD = 'field',
}

registerEnumType(SharedSystematic, {
  name: 'SharedSystematic',
  description: 'How two stars were observed alike.',
  valuesConfig: {
    FIBRE: { description: 'Through the same fibre, by the mean number of the fibres of their visits.' },
    FIELD: { description: 'In the same field of the survey.' },
  },
});

@ObjectType({ description: 'A chemical twin of the star asked about.' })
export class TwinEdge {
  @Field({ description: 'Opaque place in this search, for `after`; good for the same star, filter and model only.' })
  readonly cursor!: string;
  @Field(() => Star, { description: 'The twin.' })
  readonly node!: Star;
  @Field(() => Float, {
    description:
      "Euclidean distance of the two stars' searched vectors, in units of the difference that a typical spectrum shows from another of the same chemistry; 0 is identical.",
  })
  readonly distance!: number;
  @Field(() => Float, {
    nullable: true,
    description:
      'Natural logarithm of how much more probable the two spectra are if the stars have one chemistry than if they are two stars of the population. Null where the model or a latent is of an older version.',
  })
  readonly logBayesFactor!: number | null;
  /** Not a field: looked up only when asked. */
  readonly shared!: () => Promise<readonly SharedCondition[] | null>;
  /** Not a field: computed only when chi2 or its degrees of freedom are asked. */
  readonly chiSquare!: () => Promise<ChiSquare | null>;
  /** Not a field: the rate of false twins, likewise. */
  readonly expect!: () => Promise<number | null>;
}

@ObjectType({
  description: 'A page of twins: the nearest by their Bayes factor, those beyond by distance, ties by id.',
})
export class TwinConnection {
  @Field(() => [TwinEdge], { description: 'The twins of this page.' })
  readonly edges!: readonly TwinEdge[];
  @Field(() => PageInfo, { description: 'Where the page stands.' })
  readonly pageInfo!: PageInfo;
  @Field(() => TwinSearch, { description: 'How the search ran.' })
  readonly search!: TwinSearch;
  @Field({ description: 'Name of the model whose distances these are.' })
  readonly model!: string;
  @Field({ description: 'Name of the release whose spectrum of the star was compared.' })
  readonly release!: string;
  @Field({
    description: "True when the star's own parameters lie outside the model's training range and were clamped to it.",
  })
  readonly extrapolated!: boolean;
}
