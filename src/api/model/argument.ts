import { Arg } from 'type-graphql';
import { ID } from '../scalars/identifier.js';

/** The argument of every field that a model answers. */
export function ModelArg(): ReturnType<typeof Arg> {
  return Arg('model', () => ID, {
    nullable: true,
    description: 'Name or global id of the model that answers; the served one where left out.',
  });
}
