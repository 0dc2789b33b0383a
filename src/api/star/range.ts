import { Field, Float, InputType } from 'type-graphql';

@InputType({
  description: 'A closed range; an end that is left out is open. Stars without the value are outside every range.',
})
export class Range {
  @Field(() => Float, { nullable: true, description: 'Smallest value taken.' })
  min?: number | null;
  @Field(() => Float, { nullable: true, description: 'Largest value taken.' })
  max?: number | null;
}
