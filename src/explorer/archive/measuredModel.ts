import type { MeasuredOnSetFragment } from '../generated/graphql';

/** What was measured of a model on a set. */
export interface MeasuredModel extends MeasuredOnSetFragment {
  readonly model: string;
  readonly served: boolean;
}

/** Levels of noise from none to much, as they stand along an axis. */
export function noiseLevels(rows: readonly { readonly noise: string }[]): string[] {
  const rank = (noise: string) => {
    if (noise === 'none') return Number.NEGATIVE_INFINITY;
    const snr = Number(noise);
    return Number.isFinite(snr) ? -snr : 1;
  };
  return [...new Set(rows.map(({ noise }) => noise))].sort((a, b) => rank(a) - rank(b));
}

export function noiseName(noise: string): string {
  if (noise === 'log-uniform') return '20 to 200';
  return noise === 'own' ? 'as it came' : noise;
}

/** Colours of models, in the order of the list. */
export const modelColours = ['model', 'twin', 'recast', 'third', 'observed'] as const;
