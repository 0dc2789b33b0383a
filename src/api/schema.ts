import 'reflect-metadata';
import { type GraphQLSchema, lexicographicSortSchema, printSchema as print } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { ComparisonAbundancesResolver } from './abundance/comparisonResolver.js';
import { StarAbundancesResolver } from './abundance/resolver.js';
import { ComparisonResolver } from './comparison/resolver.js';
import { ModelEvaluationResolver } from './evaluation/resolver.js';
import { GroupConnectionResolver, GroupResolver, StarGroupResolver } from './group/resolver.js';
import { LatentResolver, StarLatentResolver } from './latent/resolver.js';
import { LiveResolver } from './live/resolver.js';
import { ModelResolver } from './model/resolver.js';
import { AbundanceColumnResolver, NameColumnResolver, ProjectionColumnResolver } from './projection/columnResolver.js';
import { ProjectionResolver } from './projection/resolver.js';
import { NodeResolver } from './relay/resolver.js';
import { ReleaseResolver } from './release/resolver.js';
import { RunResolver } from './run/resolver.js';
import { StarRecastResolver } from './spectrum/recastResolver.js';
import { SpectrumResolver, StarSpectrumResolver } from './spectrum/resolver.js';
import { SpectrumAbundancesResolver } from './spectrumSearch/abundanceResolver.js';
import { SpectrumSearchResolver } from './spectrumSearch/resolver.js';
import { ConeSearchResolver } from './star/coneResolver.js';
import { RefinedParametersResolver } from './star/refinedResolver.js';
import { StarConnectionResolver, StarResolver } from './star/resolver.js';
import { StatusResolver } from './status/resolver.js';
import { StarTwinsResolver, TwinEdgeResolver, TwinSearchResolver } from './twin/resolver.js';

/** Every resolver of the API: a new type is a folder beside these and a line here. */
const resolvers = [
  ComparisonResolver,
  ConeSearchResolver,
  GroupConnectionResolver,
  GroupResolver,
  LatentResolver,
  LiveResolver,
  ModelEvaluationResolver,
  ModelResolver,
  NodeResolver,
  ProjectionResolver,
  ProjectionColumnResolver,
  AbundanceColumnResolver,
  NameColumnResolver,
  ReleaseResolver,
  RunResolver,
  SpectrumResolver,
  SpectrumSearchResolver,
  SpectrumAbundancesResolver,
  ComparisonAbundancesResolver,
  StarAbundancesResolver,
  StarConnectionResolver,
  StarGroupResolver,
  StarLatentResolver,
  StarRecastResolver,
  RefinedParametersResolver,
  StarResolver,
  StarSpectrumResolver,
  StarTwinsResolver,
  StatusResolver,
  TwinEdgeResolver,
  TwinSearchResolver,
] as const;

/** type-graphql wants one where there are subscriptions; ours are told of changes by `live`, which also sees what other processes do. */
const none: PubSub = {
  publish: () => {},
  subscribe: () => {
    throw new Error('nothing is published in this process');
  },
};

/** The executable schema. Bounds of arguments are checked by the resolvers, which can name them: class-validator is off. */
export function makeSchema(): GraphQLSchema {
  return buildSchemaSync({ resolvers: [...resolvers], validate: false, pubSub: none });
}

/** The schema as SDL, sorted: what schema/schema.graphql holds. */
export function printSchema(): string {
  return `${print(lexicographicSortSchema(makeSchema()))}\n`;
}
