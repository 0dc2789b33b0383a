import { doppelgangerCurve } from '../../../src/science/evaluation/doppelgangers.js';
import type {
  AbundanceEvaluation,
  Evaluation,
  ModelEvaluation,
  NoiseLevel,
  OrderFigures,
} from '../../../workers/evaluation/results.js';

/** An evaluation with something in every place, whose figures mean nothing. */
export function sampleEvaluation(): Evaluation {
  return {
    version: 'sample',
    date: '2026-01-02T03:04:05.000Z',
    seed: 1,
    sets: [
      {
        set: 'pairs <of> "stars".h5',
        spectra: 8,
        pairs: 4,
        simulated: true,
        noiseless: true,
        models: [modelEvaluation('faderdis'), modelEvaluation('polydis')],
        refused: [{ model: 'old-1', reason: 'it is of an older version' }],
        notes: ['Something was left out.'],
      },
    ],
  };
}

const covered = { within68: 0.68, within95: 0.95 };
const difference = { rmse: 0.015, independent: 0.016, pull: 1.01, pullOfSum: 0.7, within68: 0.68, within95: 0.95 };
const sampleSpecies: AbundanceEvaluation = {
  elements: ['Mg'],
  trained: 4,
  calibrated: 2,
  tested: 2,
  figure: [
    {
      element: 'Mg',
      scatter: 0.08,
      linear: 0.02,
      nonlinear: 0.01,
      sample: { truth: [0, 0.1], linear: [0.01, 0.09], nonlinear: [0.005, 0.095] },
    },
  ],
  coverage: [
    {
      noise: 100,
      method: 'nonlinear',
      species: [{ ...covered, rmse: 0.01, sigma: 0.011, thirds: [covered, covered, covered], reliable: 1 }],
    },
  ],
  differences: [{ noise: 100, near: true, pairs: 2, species: [difference] }],
};

function modelEvaluation(method: string): ModelEvaluation {
  const share = { value: 0.5, error: 0.1 };
  const figures = (...ranks: number[]): OrderFigures => ({
    recovered: { value: ranks.filter((rank) => rank === 0).length / ranks.length, error: 0.1 },
    medianBefore: 1,
    curve: doppelgangerCurve(Int32Array.from(ranks)),
  });
  const row = (noise: NoiseLevel) => ({
    noise,
    queries: 8,
    candidates: 7,
    withoutLatent: 0,
    encoder: figures(3, 4, 0, 0),
    searched: figures(0, 1, 0, 0),
    reranked: figures(0, 0, 0, 1),
    ownMetric: { searched: figures(0, 0, 0, 0), reranked: figures(0, 0, 0, 0) },
    amongNearest: share,
    nearest: 7,
    bound: figures(0, 0, 0, 0),
    overBound: share,
    chance: 1 / 7,
  });
  const histogram = { edges: [0, 0.1, 0.2], twins: [0.5, 0.5, 0], random: [0, 0.5, 0.5], overlap: 0.1 };
  return {
    model: `${method}-compact-12345678`,
    method,
    preset: 'compact',
    parameters: ['teff', 'logg'],
    trainedOn: false,
    recovery: (['none', 50, 'log-uniform'] as const).map(row),
    distances: [{ noise: 'none', encoder: histogram, searched: histogram }],
    species: sampleSpecies,
    abundances: [{ element: 'Mg', rmse: 0.02, sigma: 0.08, sample: { truth: [0, 0.1], estimate: [0.01, 0.09] } }],
    recasting: {
      tables: {
        all: { spectra: 8, meanResidual: 0.0021, meanSquaredError: 1.2e-5 },
        far: { spectra: 2, meanResidual: 0.003, meanSquaredError: 2.2e-5 },
      },
      skipped: 0,
      examples: [
        {
          names: ['a', 'b'],
          feh: 0.1,
          teff: [4100, 4700],
          logg: [1.5, 2.5],
          wavelength: [15146, 15147],
          first: [1, 0.9],
          second: [0.95, 0.8],
          recast: [0.96, 0.81],
          meanResidual: 0.001,
          residualDeviation: 0.002,
        },
      ],
    },
    nuisances: {
      snr: 100,
      pairs: 4,
      reference: share,
      rows: [
        {
          name: 'a fault',
          description: 'what it is',
          affected: 'one of each pair',
          recovered: share,
          loss: 0.1,
          pull: { common: 0.3, total: 0.8 },
        },
      ],
    },
    notes: [],
  };
}
