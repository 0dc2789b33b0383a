import type { MeasuredAbundanceFragment } from '../generated/graphql';

/** How two stars differ in one element. */
export interface Difference {
  readonly element: string;
  /** dex, the first less the second. */
  readonly value: number;
  /** 1-sigma, dex; null where either is exact. */
  readonly sigma: number | null;
  readonly reliable: boolean;
}

/** Differential abundances, of elements that both have by one method; the errors are taken as independent. */
export function differences(
  a: readonly MeasuredAbundanceFragment[],
  b: readonly MeasuredAbundanceFragment[],
): Difference[] {
  return a.flatMap((one) => {
    const other = b.find(({ element, method }) => element === one.element && method === one.method);
    if (!other) return [];
    const sigma = one.sigma === null || other.sigma === null ? null : Math.hypot(one.sigma, other.sigma);
    return [{ element: one.element, value: one.value - other.value, sigma, reliable: one.reliable && other.reliable }];
  });
}
