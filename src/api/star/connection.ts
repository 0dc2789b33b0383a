import { Field, Float, ObjectType } from 'type-graphql';
import { PageInfo } from '../relay/connection.js';
import { ID } from '../scalars/identifier.js';
import { Star } from './type.js';

@ObjectType({ description: 'A star in a list.' })
export class StarEdge {
  @Field({ description: 'Opaque place in this list, for `after`; good for the same filter and order only.' })
  readonly cursor!: string;
  @Field(() => Star, { description: 'The star.' })
  readonly node!: Star;
  @Field(() => Float, {
    nullable: true,
    description: 'Angle between the star and the centre of `coneSearch`, degrees; null in other lists.',
  })
  readonly distance!: number | null;
}

@ObjectType({ description: 'A page of stars.' })
export class StarConnection {
  @Field(() => [StarEdge], { description: 'The stars of this page.' })
  readonly edges!: readonly StarEdge[];
  @Field(() => PageInfo, { description: 'Where the page stands.' })
  readonly pageInfo!: PageInfo;
  @Field(() => [ID], {
    description:
      'Those of `filter.ids` that no star of a published release is called by, as they were given; on every page.',
  })
  readonly missing!: readonly string[];
  /** Not a field: counts only when asked. */
  readonly count!: () => Promise<number>;
}
