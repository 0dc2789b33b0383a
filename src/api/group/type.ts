import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { StoredGroup } from '../../storage/starGroup.js';
import { PageInfo } from '../relay/connection.js';
import { globalId } from '../relay/globalId.js';
import { Node } from '../relay/node.js';

/** The words are those of the store. */
export enum GroupKind {
  CLUSTER = 'cluster',
  BINARY = 'binary',
  FOUND = 'found',
  TRUTH = 'truth',
}

export enum GroupMethod {
  HDBSCAN = 'hdbscan',
  KMEANS = 'kmeans',
}

registerEnumType(GroupKind, {
  name: 'GroupKind',
  description: 'How a group is known.',
  valuesConfig: {
    CLUSTER: { description: 'An open cluster or the like, from a list.' },
    BINARY: { description: 'A wide binary, from a list.' },
    FOUND: { description: 'An over-density in latent space.' },
    TRUTH: { description: 'Stars that a simulation has born together; shown only when asked for.' },
  },
});
registerEnumType(GroupMethod, {
  name: 'GroupMethod',
  description: 'How over-densities are looked for.',
  valuesConfig: {
    HDBSCAN: {
      description: 'Clusters that last longest in the hierarchy of densities (Campello, Moulavi & Sander 2013).',
    },
    KMEANS: {
      description:
        'K-means (Lloyd 1982), as de Mijolla, Ness, Viti & Wheeler (2021) propose; of each cell what lies about its densest place.',
    },
  },
});

@ObjectType({
  implements: Node,
  description:
    'Stars that belong together: known siblings, or an over-density that a finder found among all published stars. Its id is stable for known groups; groups that are found anew are numbered anew, from the strongest on.',
})
export class Group extends Node {
  /** The key in the archive; not a field. */
  readonly key: string;
  @Field({
    description: 'Name of a known group as its list gives it; number of one that was found, 1 for the strongest.',
  })
  readonly name: string;
  @Field(() => GroupKind, { description: 'How it is known.' })
  readonly kind: GroupKind;
  @Field(() => GroupMethod, { nullable: true, description: 'How it was found; null for a known group.' })
  readonly method: GroupMethod | null;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the model in whose latent space it was found; null for a known group.',
  })
  readonly model: string | null;
  @Field(() => [String], {
    description: 'Names of the releases that hold its stars, or among whose stars it was found; newest first.',
  })
  readonly releases: readonly string[];
  @Field(() => Int, { description: 'Number of its stars.' })
  readonly memberCount: number;
  @Field(() => Float, {
    nullable: true,
    description:
      'Root mean square distance of its stars from the centre, in units of `twins { distance }`; stars of one chemistry scatter by about the root of the number of dimensions. Null for a known group.',
  })
  readonly spread: number | null;
  @Field(() => Float, {
    nullable: true,
    description:
      'What the finder ranks its groups by, larger for stronger ones. HDBSCAN: stability, the sum over members of the density, 1 / distance, that each outlasts the beginning of the group by. K-means: the density in its midst. Null for a known group.',
  })
  readonly score: number | null;
  @Field(() => Float, {
    nullable: true,
    description:
      'How many groups at least as strong the same finder finds by chance: on average in an archive whose stars were shuffled along the principal axes of latent space. Small is significant; never below 1 / (number of shuffled archives + 1). Null for a known group.',
  })
  readonly significance: number | null;
  @Field(() => Float, {
    nullable: true,
    description:
      'Share of the groups at least as strong as this one that are expected to be chance, 0 to 1; 0 where no shuffled archive had one so strong. Null for a known group.',
  })
  readonly falsePositiveRate: number | null;
  /** What it is made of in the archive; not a field. */
  readonly rows: readonly number[];
  /** Not a field: the resolver writes it in the encoding asked for. */
  readonly vector: Float32Array | null;

  constructor(group: StoredGroup) {
    super(globalId('Group', group.key));
    this.key = group.key;
    this.rows = group.rows;
    this.name = group.name;
    this.kind = group.kind as `${GroupKind}` as GroupKind;
    this.method = group.method as `${GroupMethod}` as GroupMethod | null;
    this.model = group.modelId;
    this.releases = group.releases;
    this.memberCount = group.memberCount;
    this.spread = group.spread;
    this.score = group.score;
    this.significance = group.significance;
    this.falsePositiveRate = group.falsePositiveRate;
    this.vector = group.centre;
  }
}

@ObjectType({ description: 'A group in a list.' })
export class GroupEdge {
  @Field({ description: 'Opaque place in this list, for `after`; good for the same arguments only.' })
  readonly cursor!: string;
  @Field(() => Group, { description: 'The group.' })
  readonly node!: Group;
}

@ObjectType({
  description: 'A page of groups: known ones by kind and name, then those found, by method and from the strongest on.',
})
export class GroupConnection {
  @Field(() => [GroupEdge], { description: 'The groups of this page.' })
  readonly edges!: readonly GroupEdge[];
  @Field(() => PageInfo, { description: 'Where the page stands.' })
  readonly pageInfo!: PageInfo;
  /** Not a field: counts only when asked. */
  readonly count!: () => Promise<number>;
}
