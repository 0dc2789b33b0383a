import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/domain/errors.js';
import { findMethod, methods, presetOf } from '../../../src/science/models/registry.js';
import { describeMethod } from './methodContract.js';

/** Networks small enough for a test; a method without a line here runs as its preset has it. */
const small: Readonly<Record<string, object>> = {
  factordis: {
    latentSize: 4,
    encoder: [64, 64],
    decoder: [64, 64],
    critic: [64, 32],
    batch: 64,
    lambda: 2,
    reconstructionScale: 40,
    rate: 3e-3,
    criticSteps: 1,
    criticRate: 1e-3,
    epochs: 24,
  },
  faderdis: {
    latentSize: 4,
    encoder: [64, 64],
    decoder: [64, 64],
    auxiliary: [64, 64],
    batch: 64,
    lambda: 4,
    lambdaWarmup: 200,
    reconstructionScale: 40,
    rate: 3e-3,
    adversaryRate: 3e-3,
    epochs: 60,
  },
  polydis: { components: 6 },
};

for (const method of methods)
  describeMethod(method, 'compact', { ...presetOf(method, 'compact'), ...small[method.name] });

describe('the registry', () => {
  it('names its methods, presets and settings when asked for another', () => {
    const found = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as InputError).message;
      }
      throw new Error('nothing was refused');
    };
    expect(found(() => findMethod('autodis'))).toBe(
      'method: expected one of factordis, faderdis, polydis, found "autodis"',
    );
    expect(found(() => presetOf(findMethod('polydis'), 'huge'))).toContain(
      'one of compact, paper for polydis, found "huge"',
    );
    expect(found(() => presetOf(findMethod('polydis'), 'compact', { epochs: 3 }))).toContain(
      'one of representation, trainingNoise, degree, components',
    );
    expect(found(() => presetOf(findMethod('faderdis'), 'compact', { epochs: 0 }))).toContain('faderdis: epochs');
    expect(presetOf(findMethod('faderdis'), 'compact', { epochs: 60 })).toMatchObject({ epochs: 60, latentSize: 20 });
    const withFeh = (overrides: Record<string, number>) =>
      presetOf(findMethod('faderdis'), 'compact', overrides, ['teff', 'logg', 'feh']);
    expect(withFeh({})).toMatchObject({ lambda: 0.5 });
    expect(withFeh({ lambda: 3 })).toMatchObject({ lambda: 3 });
  });
});
