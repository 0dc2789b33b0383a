import { Field, Float, GraphQLISODateTime, Int, ObjectType } from 'type-graphql';
import type { MeasuredCoverage, StoredEvaluation } from '../../storage/evaluation.js';
import { MeasuredShare, snrOf, TwinRecovery } from './recovery.js';

@ObjectType({ description: 'How near spectra that were recast to the parameters of their twins come to these twins.' })
export class RecastingFigures {
  @Field(() => Int, { description: 'Spectra that were recast.' })
  readonly spectra!: number;
  @Field(() => Float, { description: 'Mean absolute residual per pixel, of normalised flux, averaged over spectra.' })
  readonly meanResidual!: number;
  @Field(() => Float, { description: 'Mean squared error per pixel, of normalised flux, averaged over spectra.' })
  readonly meanSquaredError!: number;
}

@ObjectType({ description: 'How well the errors of one abundance hold, on stars that the estimator had not seen.' })
export class SpeciesCoverage {
  @Field({ description: 'Symbol of the element.' })
  readonly element!: string;
  @Field({ description: 'How abundances were got: nonlinear or linear.' })
  readonly method!: string;
  @Field({ description: 'Noise of the spectra, as in `recovery`.' })
  readonly noise!: string;
  @Field(() => Float, {
    nullable: true,
    description: 'That signal to noise per pixel; null where it is not one number.',
  })
  readonly snr!: number | null;
  @Field(() => Float, { nullable: true, description: 'Share of stars whose truth lies in the interval of 68.3 %.' })
  readonly within68!: number | null;
  @Field(() => Float, { nullable: true, description: 'Share of stars whose truth lies in the interval of 95 %.' })
  readonly within95!: number | null;
  @Field(() => Float, { nullable: true, description: 'Root of the mean squared error, dex.' })
  readonly rmse!: number | null;
  @Field(() => Float, { nullable: true, description: 'Median of the stated 1-sigma errors, dex.' })
  readonly sigma!: number | null;
  @Field(() => Float, { nullable: true, description: 'Share of stars whose value is said to be reliable.' })
  readonly reliable!: number | null;
}

@ObjectType({
  description: 'Recovery where one star of each pair has a fault of real spectra that the model does not know of.',
})
export class FaultRecovery {
  @Field({ description: 'Name of the fault.' })
  readonly name!: string;
  @Field({ description: 'What was done to the spectra.' })
  readonly description!: string;
  @Field(() => MeasuredShare, { description: 'Share of stars whose true twin comes first.' })
  readonly recovered!: MeasuredShare;
  @Field(() => Float, { nullable: true, description: 'Recovery without the fault less this one.' })
  readonly loss!: number | null;
}

@ObjectType({
  description:
    'What `npx starkin evaluate` measured of a model on a set of spectra with known twins: the evaluations of de Mijolla, Ness, Viti & Wheeler (2021). Shares are from 0 to 1.',
})
export class Evaluation {
  @Field(() => GraphQLISODateTime, { description: 'When it was measured.' })
  readonly date: Date;
  @Field({ description: 'The set: name of a release, or of a file of simulated spectra.' })
  readonly set: string;
  @Field(() => String, {
    nullable: true,
    description: 'Name of the release; null for a file that the archive need not hold.',
  })
  readonly release: string | null;
  @Field(() => Int, { description: 'Spectra of the set.' })
  readonly spectra: number;
  @Field(() => Int, { description: 'Pairs of true twins among them.' })
  readonly pairs: number;
  @Field({ description: 'Whether its spectra are simulated.' })
  readonly simulated: boolean;
  @Field({ description: 'Whether they come without noise, so that any signal to noise could be made.' })
  readonly noiseless: boolean;
  @Field({ description: 'Whether the model was trained on these very spectra; it never saw who is whose twin.' })
  readonly trainedOn: boolean;
  @Field(() => [String], { description: 'What was measured, of recovery, bound, abundances, recasting, faults.' })
  readonly parts: readonly string[];
  @Field(() => Float, { description: 'Seed of the noise, the choice of queries, the bound and the bootstrap.' })
  readonly seed: number;
  @Field(() => [TwinRecovery], { description: 'Recovery of true twins, a row a level of noise.' })
  readonly recovery: readonly TwinRecovery[];
  @Field(() => RecastingFigures, {
    nullable: true,
    description: 'Recasting over all pairs (Table 3 of the paper); null where it was not measured.',
  })
  readonly recasting: RecastingFigures | null;
  @Field(() => RecastingFigures, {
    nullable: true,
    description: 'Recasting over pairs at least 500 K apart (Table 4 of the paper); null where there are none.',
  })
  readonly recastingFar: RecastingFigures | null;
  @Field(() => [SpeciesCoverage], {
    description: 'How well the errors of abundances hold: a row for each level of noise, method and species.',
  })
  readonly coverage: readonly SpeciesCoverage[];
  @Field(() => [FaultRecovery], { description: 'Recovery under faults of real spectra.' })
  readonly faults: readonly FaultRecovery[];
  @Field(() => [String], { description: 'What could not be measured, and why.' })
  readonly notes: readonly string[];

  constructor({ results, date, set, release, spectra, pairs, simulated, noiseless, parts, seed }: StoredEvaluation) {
    const { recovery, recasting, abundances, faults, trainedOn, notes } = results;
    this.date = date;
    this.set = set;
    this.release = release;
    this.spectra = spectra;
    this.pairs = pairs;
    this.simulated = simulated;
    this.noiseless = noiseless;
    this.trainedOn = trainedOn;
    this.parts = parts;
    this.seed = seed;
    this.recovery = recovery.map((row) => new TwinRecovery(row));
    this.recasting = recasting?.all ?? null;
    this.recastingFar = recasting?.far ?? null;
    this.coverage = (abundances?.coverage ?? []).flatMap((row) => coverageOf(row, abundances?.elements ?? []));
    this.faults = faults?.rows ?? [];
    this.notes = notes;
  }
}

function coverageOf({ noise, method, species }: MeasuredCoverage, elements: readonly string[]): SpeciesCoverage[] {
  return species.map((each, i) => ({ ...each, element: elements[i], method, noise: String(noise), snr: snrOf(noise) }));
}
