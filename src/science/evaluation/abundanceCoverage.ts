/** Estimates of test stars beside what is true of them: rows x species, dex. */
export interface TestedEstimates {
  readonly rows: number;
  readonly species: number;
  readonly truth: Float64Array;
  readonly value: Float32Array;
  readonly sigma: Float32Array;
  readonly half95: Float32Array;
  /** By row: whether the estimate of each species is said to be reliable, rows x species. */
  readonly reliable: readonly boolean[];
  /** By row: what its thirds are told apart by. */
  readonly teff: Float64Array;
}

/** Share of test stars whose truth lies in the two intervals. */
export interface Coverage {
  readonly within68: number;
  readonly within95: number;
}

export interface SpeciesCoverage extends Coverage {
  /** Root of the mean squared error, and median of the stated 1-sigma error, dex. */
  readonly rmse: number;
  readonly sigma: number;
  /** In the coolest, the middle and the hottest third of the stars. */
  readonly thirds: readonly Coverage[];
  readonly reliable: number;
}

/** Coverage of each species. */
export function measureCoverage(tested: TestedEstimates): SpeciesCoverage[] {
  const order = Array.from(tested.teff.keys()).sort((a, b) => tested.teff[a] - tested.teff[b]);
  const third = (k: number) =>
    order.slice(Math.floor((k * order.length) / 3), Math.floor(((k + 1) * order.length) / 3));
  return Array.from({ length: tested.species }, (_, s) => {
    const at = (row: number) => row * tested.species + s;
    const error = (row: number) => Math.abs(tested.value[at(row)] - tested.truth[at(row)]);
    const coverage = (rows: readonly number[]): Coverage => ({
      within68: share(rows, (row) => error(row) <= tested.sigma[at(row)]),
      within95: share(rows, (row) => error(row) <= tested.half95[at(row)]),
    });
    const sigmas = Float64Array.from(order, (row) => tested.sigma[at(row)]).sort();
    return {
      ...coverage(order),
      rmse: Math.sqrt(order.reduce((sum, row) => sum + error(row) ** 2, 0) / order.length),
      sigma: sigmas[sigmas.length >> 1],
      thirds: [0, 1, 2].map((k) => coverage(third(k))),
      reliable: share(order, (row) => tested.reliable[at(row)]),
    };
  });
}

function share(rows: readonly number[], holds: (row: number) => boolean): number {
  return rows.filter(holds).length / rows.length;
}
