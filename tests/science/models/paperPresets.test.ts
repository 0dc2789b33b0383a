import { expect, it } from 'vitest';
import { methods, presetOf } from '../../../src/science/models/registry.js';
import { describeMethod } from './methodContract.js';

/** The paper's settings but for sizes that fit 40 columns, a rate for a short run, and a lambda against the loss that it comes to. */
const small: Readonly<Record<string, object>> = {
  factordis: {
    latentSize: 4,
    encoder: [64, 64],
    decoder: [64, 64],
    critic: [64, 32],
    batch: 64,
    lambda: 0.005,
    rate: 2e-3,
    criticSteps: 2,
    criticRate: 1e-3,
    epochs: 24,
  },
  faderdis: {
    latentSize: 4,
    encoder: [64, 64],
    decoder: [64, 64],
    auxiliary: [64, 64],
    batch: 64,
    lambda: 0.09,
    rate: 3e-3,
    adversaryRate: 3e-3,
    epochs: 40,
  },
  polydis: { components: 6 },
};

/**
 * How near recast spectra must come, as a share of the way. The critic of the paper's FactorDis compares observed spectra with decoded ones, so that it sees the
 * noise of the former too: here .60 of the way is left, and .75 by an autoencoder without a critic.
 */
const within: Readonly<Record<string, number>> = { factordis: 0.7 };

for (const method of methods)
  describeMethod(method, 'paper', { ...presetOf(method, 'paper'), ...small[method.name] }, within[method.name]);

it('every method has the sizes of the paper, on pixels, with noise of SNR 100 at one rate', () => {
  const of = (name: string) => methods.find((method) => method.name === name)?.presets.paper;
  const autoencoder = {
    representation: 'pixels',
    latentSize: 20,
    encoder: [2048, 512, 128, 32],
    decoder: [512, 2048, 8192],
    columns: 'plain',
    schedule: 'constant',
    rate: 1e-5,
    inputNoise: [0],
    batch: 256,
  };
  expect(of('faderdis')).toMatchObject({
    ...autoencoder,
    auxiliary: [512, 256],
    bins: 10,
    lambda: 1e-5,
    adversaryRate: 1e-5,
    trainingNoise: 0.01,
  });
  expect(of('factordis')).toMatchObject({
    ...autoencoder,
    critic: [4096, 1024, 512, 128, 32],
    lambda: 1e-4,
    criticSteps: 10,
    gradientPenalty: 10,
    redrawnNoise: 0.04,
    trainingNoise: 0,
  });
  expect(of('polydis')).toMatchObject({ representation: 'pixels', degree: 4, components: 50, trainingNoise: 0.01 });
});
