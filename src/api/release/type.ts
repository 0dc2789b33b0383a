import { Field, GraphQLISODateTime, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Release as StoredRelease } from '../../storage/dataRelease.js';
import { globalId } from '../relay/globalId.js';
import { Node } from '../relay/node.js';

/** The states of a release that anybody may see; the words are those of the store. */
export enum ReleaseState {
  DRAFT = 'draft',
  PUBLISHED = 'published',
}

registerEnumType(ReleaseState, {
  name: 'ReleaseState',
  description: 'Whether a release is published.',
  valuesConfig: {
    DRAFT: { description: 'Not published: seen, as its publication would show it, by a token that names it.' },
    PUBLISHED: { description: 'Published.' },
  },
});

@ObjectType({ implements: Node, description: 'A data release: the unit in which spectra become visible.' })
export class Release extends Node {
  @Field({ description: 'Name of the release, such as dr17; what `release` arguments and fields hold.' })
  readonly name: string;
  @Field({
    description: 'True when its spectra come from a simulation. Kin found there show the mechanism, not science.',
  })
  readonly simulated: boolean;
  @Field(() => ReleaseState, { description: 'PUBLISHED, or DRAFT for a release that only a token shows.' })
  readonly state: ReleaseState;
  @Field({ description: 'True when it is seen by those alone whose token names it.' })
  readonly proprietary: boolean;
  @Field(() => Int, {
    description:
      'Rises with every publication; spectra added or replaced later belong to a later revision. It falls when a release is rolled back.',
  })
  readonly revision: number;
  @Field(() => GraphQLISODateTime, {
    nullable: true,
    description:
      'When it was first published; the release published last is the newest. Null for a draft, which is newer than all.',
  })
  readonly publishedAt: Date | null;

  constructor(release: StoredRelease) {
    super(globalId('Release', release.name));
    this.name = release.name;
    this.simulated = release.simulated;
    this.state = release.state as `${ReleaseState}` as ReleaseState;
    this.proprietary = release.proprietary;
    this.revision = release.revision;
    this.publishedAt = release.publishedAt;
  }
}
