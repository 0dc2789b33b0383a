import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { MeasuredNoise, MeasuredOrder, MeasuredRecovery } from '../../storage/evaluation.js';

@ObjectType({ description: 'A share with its standard error, from resampling pairs.' })
export class MeasuredShare {
  @Field(() => Float, { nullable: true, description: 'From 0 to 1; null where it cannot be told.' })
  readonly value!: number | null;
  @Field(() => Float, { nullable: true, description: '1-sigma error of the share; null where it cannot be told.' })
  readonly error!: number | null;
}

@ObjectType({ description: 'How well one order of the candidates finds true twins.' })
export class TwinOrder {
  @Field(() => MeasuredShare, { description: 'Share of stars whose true twin comes first.' })
  readonly recovered!: MeasuredShare;
  @Field(() => Float, { nullable: true, description: 'Median number of other stars before the twin.' })
  readonly medianBefore!: number | null;
  @Field(() => [Int], { description: 'Numbers of false twins at which `share` is given, from 0.' })
  readonly falseTwins!: readonly number[];
  @Field(() => [Float], {
    description:
      'Share of stars with at most so many others before their twin, 0 to 1 (Fig. 3 of de Mijolla, Ness, Viti & Wheeler 2021).',
  })
  readonly share!: readonly number[];
}

@ObjectType({ description: 'How often true twins are found at one level of noise.' })
export class TwinRecovery {
  @Field({
    description:
      'Noise of the spectra: a signal to noise per pixel, none, log-uniform (every star its own, 20 to 200), or own (as they came).',
  })
  readonly noise: string;
  @Field(() => Float, {
    nullable: true,
    description: 'That signal to noise per pixel; null where it is not one number.',
  })
  readonly snr: number | null;
  @Field(() => Int, { description: 'Stars whose twin was looked for.' })
  readonly queries: number;
  @Field(() => Int, { description: 'Other stars that each was compared with.' })
  readonly candidates: number;
  @Field(() => Int, { description: 'Stars that could not be encoded, and are left out.' })
  readonly withoutLatent: number;
  @Field(() => TwinOrder, { description: "By plain L2 of the encoder's z, the paper's way." })
  readonly encoder: TwinOrder;
  @Field(() => TwinOrder, { description: 'By `distance`: plain L2 of the searched vectors.' })
  readonly searched: TwinOrder;
  @Field(() => TwinOrder, { description: 'With the nearest ordered by the Bayes factor, as `twins` answers.' })
  readonly reranked: TwinOrder;
  @Field(() => TwinOrder, {
    nullable: true,
    description: 'As `reranked`, with a metric fitted to this noise; null where spectra have noise of their own.',
  })
  readonly ownMetric: TwinOrder | null;
  @Field(() => TwinOrder, {
    nullable: true,
    description:
      "The best that the photons allow: the simulator's own Fisher information about the abundances. Null where it was not asked for, or cannot be told.",
  })
  readonly bound: TwinOrder | null;
  @Field(() => MeasuredShare, {
    nullable: true,
    description: 'Recovery of `reranked` over that of the bound, star by star; null without a bound.',
  })
  readonly overBound: MeasuredShare | null;
  @Field(() => MeasuredShare, { description: 'How often the twin is among the nearest that are ordered again.' })
  readonly amongNearest: MeasuredShare;
  @Field(() => Float, { description: 'Share of twins that would come first if the order were random.' })
  readonly chance: number;

  constructor({ noise, ownMetric, bound, encoder, searched, reranked, ...row }: MeasuredRecovery) {
    this.noise = String(noise);
    this.snr = snrOf(noise);
    this.queries = row.queries;
    this.candidates = row.candidates;
    this.withoutLatent = row.withoutLatent;
    this.encoder = orderOf(encoder);
    this.searched = orderOf(searched);
    this.reranked = orderOf(reranked);
    this.ownMetric = ownMetric && orderOf(ownMetric.reranked);
    this.bound = bound && orderOf(bound);
    this.overBound = row.overBound;
    this.amongNearest = row.amongNearest;
    this.chance = row.chance;
  }
}

export function snrOf(noise: MeasuredNoise): number | null {
  return typeof noise === 'number' ? noise : null;
}

function orderOf({ recovered, medianBefore, curve }: MeasuredOrder): TwinOrder {
  return { recovered, medianBefore, ...curve };
}
