import { TrainingRangeDocument } from '../generated/graphql';
import { useAnswer } from '../graphql/useAnswer';

export type ParameterName = 'teff' | 'logg' | 'feh';

/** A parameter that the served model removes, and between which values it was trained. */
export interface TrainedParameter {
  readonly name: ParameterName;
  readonly min: number;
  readonly max: number;
}

/** The parameters that a recast names; null while unknown or without a model. */
export function useTrainedParameters(): readonly TrainedParameter[] | null {
  const model = useAnswer(TrainingRangeDocument, noVariables).data?.status.model;
  if (!model) return null;
  const ranges = readRanges(model.config.ranges);
  return model.parameters.map((parameter, i) => {
    const name = parameter.toLowerCase() as ParameterName;
    return { name, ...(ranges[i] ?? usual[name]) };
  });
}

const noVariables = {};

/** Where the model's settings do not tell, as they may be those of a release that is not visible. */
const usual: Readonly<Record<ParameterName, { readonly min: number; readonly max: number }>> = {
  teff: { min: 3500, max: 6500 },
  logg: { min: 0, max: 5 },
  feh: { min: -2.5, max: 0.5 },
};

function readRanges(value: unknown): readonly { readonly min: number; readonly max: number }[] {
  if (!Array.isArray(value)) return [];
  return value.filter((each) => typeof each?.min === 'number' && typeof each?.max === 'number');
}
