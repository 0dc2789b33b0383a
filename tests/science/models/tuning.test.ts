import { describe, expect, it } from 'vitest';
import { DivergenceError, TrainingError } from '../../../src/domain/errors.js';
import { faderdis } from '../../../src/science/models/faderdis/faderdis.js';
import type { FaderDisSettings } from '../../../src/science/models/faderdis/settings.js';
import { methods } from '../../../src/science/models/registry.js';
import { bestTrial, firstLambdas, nextLambda, type Trial, tuningOf } from '../../../src/science/models/tuning.js';
import { loadBackend } from '../../../src/science/networks/backend.js';
import { quietCourse, syntheticSurvey } from './syntheticSurvey.js';

function trial(lambda: number, objective: number | null): Trial {
  return { lambda, figures: objective === null ? null : { reconstruction: 2, leakageBits: 0.5, objective } };
}

/** Searches with a made-up objective, as the compute pool does with trials. */
function search(centre: number, objective: (lambda: number) => number | null): Trial[] {
  const trials = firstLambdas(centre).map((lambda) => trial(lambda, objective(lambda)));
  for (let lambda = nextLambda(centre, trials); lambda !== null; lambda = nextLambda(centre, trials))
    trials.push(trial(lambda, objective(lambda)));
  return trials;
}

describe('a search for lambda', () => {
  it('begins with five half-decades around the present one', () => {
    expect(firstLambdas(2)).toEqual([0.2, 0.632, 2, 6.32, 20]);
    expect(firstLambdas(1e-5)).toEqual([1e-6, 3.16e-6, 1e-5, 3.16e-5, 1e-4]);
  });

  it('stops where the best lies between two others', () => {
    const trials = search(2, (lambda) => Math.abs(Math.log(lambda / 1.5)));
    expect(trials).toHaveLength(5);
    expect(tuningOf(trials).chosen).toBe(2);
  });

  it('goes on beyond an edge that is the best, and no further than two and a half decades', () => {
    const low = search(2, (lambda) => Math.abs(Math.log(lambda / 0.02)));
    expect(tuningOf(low).chosen).toBe(0.02);
    expect(tuningOf(low).trials.map(({ lambda }) => lambda)).toEqual([0.00632, 0.02, 0.0632, 0.2, 0.632, 2, 6.32, 20]);
    const endless = search(1, (lambda) => -lambda);
    expect(Math.max(...endless.map(({ lambda }) => lambda))).toBe(316);
  });

  it('passes over trials that diverged, and says so when all did', () => {
    expect(tuningOf(search(2, (lambda) => (lambda > 1 ? null : 1 / lambda))).chosen).toBe(0.632);
    expect(() => bestTrial([trial(1, null), trial(3, null)])).toThrow(TrainingError);
    expect(() => bestTrial([trial(1, null), trial(3, null)])).toThrow('all 2 trials diverged, from lambda 1 on');
  });
});

describe.each(methods.map((method) => [method.name, method] as const))('%s', (_name, method) => {
  it('can be searched where it has a lambda, by runs that its schema allows and that are a fifth as long', () => {
    for (const settings of Object.values(method.presets)) {
      if (!('lambda' in settings)) {
        expect(method.tunable).toBeUndefined();
        continue;
      }
      expect(method.tunable?.lambda(settings)).toBe(settings.lambda);
      const trial = method.tunable?.trial({ ...settings, ...{ epochs: 100 } }, 0.5, 30_000);
      expect(trial).toMatchObject({ lambda: 0.5, epochs: 20 });
      expect(method.schema.parse(trial)).toEqual(trial);
    }
  });
});

describe('the objective', () => {
  it('is least at a lambda between those that leave u in the latents and those that spoil the spectra', async () => {
    const backend = await loadBackend('auto');
    const { samples } = syntheticSurvey(2000);
    const settings: FaderDisSettings = {
      ...faderdis.presets.compact,
      latentSize: 6,
      encoder: [64, 64],
      decoder: [64, 64],
      auxiliary: [64, 64],
      batch: 64,
      lambdaWarmup: 500,
      reconstructionScale: 40,
      rate: 3e-3,
      adversaryRate: 3e-3,
      epochs: 60,
    };
    const trials: Trial[] = [];
    for (const lambda of [0.001, 1, 1000]) {
      const short = faderdis.tunable?.trial(settings, lambda, samples.rows) ?? settings;
      expect(short).toMatchObject({ lambda, epochs: 12, lambdaWarmup: 100 });
      try {
        const { metrics } = await faderdis.train(backend, samples, short, quietCourse());
        const { reconstruction, leakageBits, objective } = metrics;
        trials.push({ lambda, figures: { reconstruction, leakageBits, objective } });
      } catch (error) {
        // The largest may tear the networks apart.
        expect(error).toBeInstanceOf(DivergenceError);
        trials.push({ lambda, figures: null });
      }
    }
    expect(tuningOf(trials).chosen).toBe(1);
    const [small] = trials;
    expect(small.figures?.leakageBits).toBeGreaterThan(2);
  });
});
