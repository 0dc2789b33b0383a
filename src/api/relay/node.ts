import { Field, InterfaceType } from 'type-graphql';
import { ID } from '../scalars/identifier.js';

@InterfaceType({ description: 'An object that can be fetched again by its global id (Relay).' })
export abstract class Node {
  @Field(() => ID, { description: 'Global id: opaque, unique over all types, stable when the archive is rebuilt.' })
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}
