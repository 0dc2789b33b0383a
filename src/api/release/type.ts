import { Field, GraphQLISODateTime, Int, ObjectType } from 'type-graphql';
import type { Release as StoredRelease } from '../../storage/dataRelease.js';
import { globalId } from '../relay/globalId.js';
import { Node } from '../relay/node.js';

@ObjectType({ implements: Node, description: 'A published data release: the unit in which spectra become visible.' })
export class Release extends Node {
  @Field({ description: 'Name of the release, such as dr17; what `release` arguments and fields hold.' })
  readonly name: string;
  @Field({
    description: 'True when its spectra come from a simulation. Kin found there show the mechanism, not science.',
  })
  readonly simulated: boolean;
  @Field(() => Int, {
    description: 'Rises by one with every publication; spectra added later belong to a later revision.',
  })
  readonly revision: number;
  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description: 'When it was first published; the release published last is the newest.',
  })
  readonly publishedAt: Date | null;

  constructor(release: StoredRelease) {
    super(globalId('Release', release.name));
    this.name = release.name;
    this.simulated = release.simulated;
    this.revision = release.revision;
    this.publishedAt = release.publishedAt;
  }
}
