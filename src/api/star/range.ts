import { Field, Float, InputType } from 'type-graphql';
import { InputError } from '../../domain/errors.js';

@InputType({
  description: 'A closed range; an end that is left out is open. Stars without the value are outside every range.',
})
export class Range {
  @Field(() => Float, { nullable: true, description: 'Smallest value taken.' })
  min?: number | null;
  @Field(() => Float, { nullable: true, description: 'Largest value taken.' })
  max?: number | null;
}

/** @throws InputError for a range that is upside down */
export function checkRange(argument: string, range: Range | null | undefined): void {
  if (range?.min != null && range.max != null && range.min > range.max)
    throw new InputError(argument, 'min not above max', `${range.min} to ${range.max}`);
}
