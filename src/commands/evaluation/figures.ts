import type { ModelEvaluation, NoiseLevel } from '../../../workers/evaluation/results.js';
import type { Share } from '../../science/evaluation/bootstrap.js';

/** Numbers of an evaluation in words, the same on the terminal and in the report. */

/** '99.7 ± .1', in per cent. */
export function percent({ value, error }: Share): string {
  const digits = value < 0.01 && value > 0 ? 2 : 1;
  return `${(100 * value).toFixed(digits)} ± ${(100 * error).toFixed(digits)}`;
}

export function noiseName(noise: NoiseLevel): string {
  if (noise === 'log-uniform') return '20 to 200';
  return noise === 'own' ? 'as it came' : String(noise);
}

/** A model as it is called over a plot: its id and what it removes. */
export function modelName({ model, parameters }: Pick<ModelEvaluation, 'model' | 'parameters'>): string {
  const names = { teff: 'Teff', logg: 'log g', feh: '[Fe/H]' };
  return `${model}: ${parameters.map((name) => names[name]).join(', ')}`;
}

/** 1.26e-5 as '1.26e-5', .0021 as '.00210'. */
export function small(value: number): string {
  return value < 1e-3 ? value.toExponential(2) : value.toFixed(5).replace(/^0/, '');
}

/** <R> and <MSE> of Tables 3 and 4 in de Mijolla et al. (2021), [Fe/H] removed. */
export const paperRecasting: Readonly<
  Record<string, { readonly all: readonly number[]; readonly far: readonly number[] }>
> = {
  factordis: { all: [0.0021, 1.26e-5], far: [0.0027, 2.13e-5] },
  faderdis: { all: [0.003, 1.68e-5], far: [0.0033, 2.14e-5] },
  polydis: { all: [0.0018, 1.5e-5], far: [0.0029, 3.33e-5] },
};
