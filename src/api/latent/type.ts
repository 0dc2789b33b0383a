import { Field, ObjectType } from 'type-graphql';
import type { LatentEstimate } from '../../storage/latent.js';

/** Arrays of a latent, before they are written. */
export interface LatentArrays {
  readonly z: Float32Array;
  readonly searched: Float32Array;
  /** Null under models that an older version trained. */
  readonly estimate: LatentEstimate | null;
}

@ObjectType({
  description:
    "What a model keeps of a star's combined spectrum once the physical parameters are removed: its chemistry.",
})
export class Latent {
  /** Not a field: the resolver writes it in the encoding asked for. */
  readonly arrays!: LatentArrays;
  @Field({ description: 'Name of the model that encoded it. Latents of different models cannot be compared.' })
  readonly model!: string;
  @Field({ description: 'Name of the release whose spectrum was encoded.' })
  readonly release!: string;
  @Field({
    description: "True when the star's parameters lie outside the model's training range and were clamped to it.",
  })
  readonly extrapolated!: boolean;
}
