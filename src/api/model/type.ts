import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, GraphQLISODateTime, ObjectType, registerEnumType } from 'type-graphql';
import type { StoredModel } from '../../storage/model.js';
import { globalId } from '../relay/globalId.js';
import { Node } from '../relay/node.js';

/** The parameters of a star that a model removes; the names are those of the domain, in GraphQL's case. */
export enum Parameter {
  TEFF = 'teff',
  LOGG = 'logg',
  FEH = 'feh',
}

registerEnumType(Parameter, {
  name: 'Parameter',
  description: 'A physical parameter that a model removes from a spectrum.',
  valuesConfig: {
    TEFF: { description: 'Effective temperature, K.' },
    LOGG: { description: 'Surface gravity, log10 of cm s⁻², dex.' },
    FEH: { description: 'Metallicity [Fe/H], dex relative to the Sun.' },
  },
});

@ObjectType({
  description: 'A figure that was measured when the model was trained, on spectra held out from training.',
})
export class Metric {
  @Field({ description: "What was measured; the names are the method's own." })
  readonly name!: string;
  @Field(() => Float, { description: 'The figure.' })
  readonly value!: number;
}

@ObjectType({
  implements: Node,
  description: 'A trained model version. It never changes: training again makes another one beside it.',
})
export class Model extends Node {
  @Field({
    description:
      'Name of the model: method, preset and the first digits of its checksum; what `model` arguments and fields hold.',
  })
  readonly name: string;
  @Field({
    description: 'Disentangling method: faderdis, factordis or polydis (de Mijolla, Ness, Viti & Wheeler 2021).',
  })
  readonly method: string;
  @Field({ description: 'Preset of the method: compact or paper.' })
  readonly preset: string;
  @Field(() => [Parameter], { description: 'The parameters that it removes; a recast names a value for each of them.' })
  readonly parameters: readonly Parameter[];
  @Field(() => String, {
    nullable: true,
    description:
      'Name of the release that it was trained on; null while that release is not visible, and where it was thrown away.',
  })
  readonly trainedOn: string | null;
  @Field({ description: 'True when it was trained on simulated spectra.' })
  readonly simulated: boolean;
  @Field({ description: 'True for the model that answers where no `model` argument names another.' })
  readonly served: boolean;
  @Field(() => [Metric], {
    description:
      'Figures measured at the end of training; none while the release that it was trained on is not visible.',
  })
  readonly metrics: readonly Metric[];
  @Field(() => GraphQLJSONObject, {
    description:
      'The settings that it was trained with, and what they made of its spectra; the latter is left out while the release that it was trained on is not visible.',
  })
  readonly config: Readonly<Record<string, unknown>>;
  @Field(() => [GraphQLJSONObject], {
    description:
      "Records of its training in order: step, epoch, and figures whose names are the method's own; none while the release that it was trained on is not visible.",
  })
  readonly history: readonly Readonly<Record<string, unknown>>[];
  @Field(() => GraphQLISODateTime, { description: 'When it was stored.' })
  readonly createdAt: Date;

  /** @param visible what this request may see: neither the name of a hidden release nor what was counted or measured in it may show through */
  constructor(model: StoredModel, visible: { modelId: string | null; releases: readonly { id: number }[] }) {
    super(globalId('Model', model.id));
    this.name = model.id;
    this.method = model.method;
    this.preset = model.preset;
    this.parameters = model.parameters as readonly `${Parameter}`[] as readonly Parameter[];
    const seen = visible.releases.some(({ id }) => id === model.trainedOnId);
    this.trainedOn = seen ? model.trainedOn : null;
    this.simulated = model.simulated;
    this.served = model.id === visible.modelId;
    this.metrics = Object.entries(seen ? model.metrics : {})
      .filter(([, value]) => Number.isFinite(value))
      .map(([name, value]) => ({ name, value }));
    this.config = seen ? model.config : { settings: model.config.settings ?? {} };
    this.history = seen ? model.history : [];
    this.createdAt = model.createdAt;
  }
}
