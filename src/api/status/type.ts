import { Field, ObjectType } from 'type-graphql';
import { Model } from '../model/type.js';
import { Release } from '../release/type.js';

@ObjectType({ description: 'The state of the archive, for pages that poll.' })
export class Status {
  @Field({ description: 'True when a release is published, a model is served and nothing is being set up.' })
  readonly ready!: boolean;
  @Field(() => String, { nullable: true, description: 'Why it is not ready; null when it is.' })
  readonly reason!: string | null;
  @Field(() => Model, {
    nullable: true,
    description: 'The model that answers where no `model` argument names another; null while there is none.',
  })
  readonly model!: Model | null;
  @Field(() => [Release], { description: 'The published releases, newest first.' })
  readonly releases!: readonly Release[];
}
