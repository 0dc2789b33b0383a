import type { MeasuredOrder, NewEvaluation } from '../../src/storage/evaluation.js';

const order = (value: number): MeasuredOrder => ({
  recovered: { value, error: 0.02 },
  medianBefore: 0,
  curve: { falseTwins: [0, 1], share: [value, 1] },
});
const row = {
  queries: 40,
  candidates: 39,
  withoutLatent: 0,
  encoder: order(0.5),
  searched: order(0.9),
  amongNearest: { value: 1, error: 0 },
  nearest: 39,
  chance: 1 / 39,
};
const species = { within95: 0.95, sigma: 0.02, reliable: 1 };

/** An evaluation whose figures are made up, of a file where no release is told. */
export function measured(
  of: Pick<NewEvaluation, 'modelId' | 'set' | 'setKey'> & Partial<Pick<NewEvaluation, 'release'>>,
): NewEvaluation {
  return {
    release: null,
    ...of,
    spectra: 40,
    pairs: 20,
    simulated: true,
    noiseless: true,
    parts: ['recovery', 'bound', 'abundances', 'recasting', 'faults'],
    queries: null,
    seed: 1,
    results: {
      recovery: [
        { ...row, noise: 'none', reranked: order(0.95), ownMetric: null, bound: null, overBound: null },
        {
          ...row,
          noise: 50,
          reranked: order(0.75),
          ownMetric: { reranked: order(0.78) },
          bound: order(0.8),
          overBound: { value: 0.9375, error: null },
        },
      ],
      recasting: { all: { spectra: 40, meanResidual: 0.002, meanSquaredError: 1e-5 }, far: null },
      abundances: {
        elements: ['Fe', 'Mg'],
        trained: 20,
        tested: 10,
        coverage: [
          {
            noise: 50,
            method: 'nonlinear',
            species: [
              { ...species, within68: 0.68, rmse: 0.02 },
              { ...species, within68: 0.7, rmse: 0.03 },
            ],
          },
        ],
      },
      faults: {
        snr: 100,
        reference: { value: 0.95, error: 0.02 },
        rows: [
          {
            name: 'continuum',
            description: 'off by 1 %',
            recovered: { value: 0.45, error: 0.05 },
            loss: 0.5,
          },
        ],
      },
      trainedOn: false,
      notes: ['a note'],
    },
  };
}
