import { beforeAll, describe, expect, it } from 'vitest';
import { FileError, TrainingError } from '../../../src/domain/errors.js';
import { samplesInMemory } from '../../../src/science/models/memorySamples.js';
import type { Checkpoint, Disentangler, EpochRecord, Method, Trained } from '../../../src/science/models/method.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import type { SampleSettings } from '../../../src/science/representation/sampleSettings.js';
import { quietCourse, rms, syntheticSurvey } from './syntheticSurvey.js';

const survey = syntheticSurvey(2000);
const { samples } = survey;
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

/**
 * What every method must do under every preset, whatever it works on.
 * @param settings of networks small enough for a test
 * @param within share of the way to the truth, from the spectrum as it was or from the mean, that a recast spectrum may miss
 */
export function describeMethod(method: Method, preset: string, settings: SampleSettings, within = 0.5): void {
  describe(`${method.name}, preset ${preset}`, () => {
    let trained: Trained;
    let model: Disentangler;

    beforeAll(async () => {
      trained = await method.train(backend, samples, settings, quietCourse());
      model = method.load(backend, trained.tensors, settings);
    });

    it('encodes and decodes the same after its tensors were stored and loaded', () => {
      const stored = structuredClone(trained.tensors);
      const loaded = method.load(backend, stored, method.schema.parse(JSON.parse(JSON.stringify(settings))));
      const z = model.encode(survey.x, samples.u, samples.rows);
      expect(loaded.encode(survey.x, samples.u, samples.rows)).toEqual(z);
      expect(loaded.decode(z, samples.u, samples.rows)).toEqual(model.decode(z, samples.u, samples.rows));
      expect(z.length).toBe(samples.rows * model.latentSize);
      loaded.dispose();
    });

    it('treats a row alike, alone or among others', () => {
      const z = model.encode(survey.x, samples.u, samples.rows);
      const x = model.decode(z, samples.u, samples.rows);
      for (const row of [0, 777, 1999]) {
        const own = (values: Float32Array) =>
          values.slice((row * values.length) / 2000, ((row + 1) * values.length) / 2000);
        const alone = model.encode(own(survey.x), own(samples.u), 1);
        expect(rms(alone, own(z))).toBeLessThan(1e-5);
        expect(rms(model.decode(alone, own(samples.u), 1), own(x))).toBeLessThan(1e-5);
      }
    });

    it('brings spectra back far better than their mean does', () => {
      const z = model.encode(survey.x, samples.u, samples.rows);
      const back = model.decode(z, samples.u, samples.rows);
      expect(rms(back, survey.x)).toBeLessThan(0.25 * rms(survey.x, new Float32Array(survey.x.length)));
      expect(trained.metrics.reconstruction).toBeGreaterThan(0.5);
    });

    it('recasts to other parameters: closer to the truth than the spectrum as it was, and than the mean', () => {
      const other = Float32Array.from(samples.u, (_, i) => samples.u[(i + 1000) % samples.u.length]);
      const truth = survey.at(other);
      const recast = model.decode(model.encode(survey.x, samples.u, samples.rows), other, samples.rows);
      expect(rms(recast, truth)).toBeLessThan(within * rms(survey.x, truth));
      expect(rms(recast, truth)).toBeLessThan(within * rms(truth, new Float32Array(truth.length)));
    });

    it('linearises its decoder: its derivatives are those of finite differences, in every latent and parameter', () => {
      const rows = 40;
      const width = survey.x.length / samples.rows;
      const n = model.latentSize;
      const u = samples.u.slice(0, 2 * rows);
      const z = model.encode(survey.x.slice(0, rows * width), u, rows);
      const { x, byLatent, byParameter } = model.linearise(z, u, rows, true);
      expect(rms(x, model.decode(z, u, rows))).toBeLessThan(1e-6);
      // SELU's slope jumps at 0, and a step of finite size averages over some jumps.
      const [step, tolerance] = [0.005, 0.03];
      const moved = (values: Float32Array, size: number, k: number, by: number) =>
        values.map((value, i) => (i % size === k ? value + by : value));
      const difference = (ahead: Float32Array, behind: Float32Array) =>
        ahead.map((value, i) => (value - behind[i]) / (2 * step));
      const column = (values: Float32Array, size: number, k: number) =>
        values.filter((_, i) => Math.floor(i / width) % size === k);
      for (let k = 0; k < n; k++) {
        const by = (h: number) => model.decode(moved(z, n, k, h), u, rows);
        const expected = difference(by(step), by(-step));
        const scale = rms(expected, new Float32Array(expected.length));
        expect(rms(column(byLatent, n, k), expected)).toBeLessThan(tolerance * scale + 1e-4);
      }
      for (let i = 0; i < 2; i++) {
        const by = (h: number) => model.decode(z, moved(u, 2, i, h), rows);
        const expected = difference(by(step), by(-step));
        const scale = rms(expected, new Float32Array(expected.length));
        expect(rms(column(byParameter, 2, i), expected)).toBeLessThan(tolerance * scale + 1e-4);
      }
    });

    it('says how much its latents tell of each parameter', () => {
      const { leakageBits, leakageR2Teff, leakageR2Logg } = trained.metrics;
      for (const r2 of [leakageR2Teff, leakageR2Logg]) {
        expect(r2).toBeGreaterThanOrEqual(0);
        expect(r2).toBeLessThan(1);
      }
      expect(leakageBits).toBeGreaterThanOrEqual(0);
    });

    it('takes [Fe/H] as a third parameter', async () => {
      const feh = (row: number) => Math.sin(row * 12.9898);
      const u = Float32Array.from({ length: 3 * samples.rows }, (_, i) => {
        const row = Math.floor(i / 3);
        return i % 3 === 2 ? feh(row) : samples.u[2 * row + (i % 3)];
      });
      const three = { ...samples, u, parameters: ['teff', 'logg', 'feh'] as const };
      const short = { ...settings, ...('epochs' in settings && { epochs: 2 }) };
      const { tensors, metrics } = await method.train(backend, three, short, quietCourse());
      expect(metrics.leakageR2Feh).toBeGreaterThanOrEqual(0);
      const loaded = method.load(backend, tensors, short);
      const back = loaded.decode(loaded.encode(survey.x, u, samples.rows), u, samples.rows);
      expect(rms(back, survey.x)).toBeLessThan(rms(survey.x, new Float32Array(survey.x.length)));
      loaded.dispose();
    });

    it('gives the same model for the same seed', async () => {
      const short = { ...settings, ...('epochs' in settings && { epochs: 2 }) };
      const [first, second] = [
        await method.train(backend, samples, short, quietCourse()),
        await method.train(backend, samples, short, quietCourse()),
      ];
      expect(Object.keys(second.tensors)).toEqual(Object.keys(first.tensors));
      for (const [name, { values }] of Object.entries(first.tensors))
        expect(rms(values as Float32Array, second.tensors[name].values as Float32Array)).toBeLessThan(1e-6);
    });

    if (method.warm)
      it('goes on from a trained model on other stars, and is where that ended long before a fresh start', async () => {
        const release = syntheticSurvey(2500).samples;
        const warm = method.warm?.(settings, settings, release.rows) ?? settings;
        const from = { startFrom: trained.tensors };
        const { metrics, history } = await method.train(backend, release, warm, quietCourse(from));
        const fresh = await method.train(backend, release, warm, quietCourse());
        const { reconstruction, leakageBits } = trained.metrics;
        const arrival = (records: readonly EpochRecord[]) =>
          records.findIndex((record) => record.reconstruction < 1.1 * reconstruction);
        expect(arrival(history)).toBeGreaterThanOrEqual(0);
        const epochs = 'epochs' in settings ? Number(settings.epochs) : 0;
        expect(history[0].epoch).toBe(0);
        expect(history[arrival(history)].epoch).toBeLessThan(0.1 * epochs);
        expect(arrival(fresh.history)).toBe(-1);
        expect(fresh.metrics.reconstruction).toBeGreaterThan(1.5 * metrics.reconstruction);
        expect(metrics.leakageBits).toBeLessThan(leakageBits + 0.2);
      });

    it('refuses tensors that are missing or misshapen, by name', () => {
      for (const name of Object.keys(trained.tensors)) {
        const { [name]: taken, ...rest } = trained.tensors;
        expect(() => method.load(backend, rest, settings), `without ${name}`).toThrow(FileError);
        const misshapen = { shape: [...taken.shape, 1], values: taken.values };
        expect(() => method.load(backend, { ...rest, [name]: misshapen }, settings), `misshapen ${name}`).toThrow(
          FileError,
        );
      }
    });

    it('stops when it is told to', async () => {
      const controller = new AbortController();
      const course = quietCourse({ signal: controller.signal, report: () => controller.abort(new Error('enough')) });
      await expect(method.train(backend, samples, settings, course)).rejects.toThrow('enough');
    });

    it('refuses too few spectra, constant parameters and values that are not finite', async () => {
      const few = syntheticSurvey(70).samples;
      await expect(method.train(backend, few, settings, quietCourse())).rejects.toThrow(
        /expected at least \d+ spectra .* found 70/,
      );
      const constant = { ...samples, u: samples.u.map((value, i) => (i % 2 === 1 ? 0.25 : value)) };
      const refusal = method.train(backend, constant, settings, quietCourse());
      await expect(refusal).rejects.toThrow(TrainingError);
      await expect(refusal).rejects.toThrow('expected logg to vary');
      const broken = samplesInMemory(
        survey.x.map((value, i) => (i === 777 ? Number.NaN : value)),
        samples,
      );
      await expect(method.train(backend, broken, settings, quietCourse())).rejects.toThrow('found NaN in row 19');
    });

    it('leaves no tensor behind', async () => {
      const before = backend.tf.memory().numTensors;
      const short = { ...settings, ...('epochs' in settings && { epochs: 1 }) };
      const { tensors } = await method.train(backend, samples, short, quietCourse());
      const loaded = method.load(backend, tensors, short);
      loaded.decode(loaded.encode(survey.x, samples.u, samples.rows), samples.u, samples.rows);
      loaded.dispose();
      expect(backend.tf.memory().numTensors).toBe(before);
    });

    it('goes on from its checkpoint to the same result', async () => {
      const short = { ...settings, ...('epochs' in settings && { epochs: 6 }) };
      const whole = await method.train(backend, samples, short, quietCourse());
      let kept: Checkpoint | null = null;
      const controller = new AbortController();
      const interrupted = quietCourse({
        signal: controller.signal,
        report: () => controller.abort(new Error('killed')),
        checkpoint: async (state) => {
          kept = structuredClone(state);
        },
      });
      await expect(method.train(backend, samples, short, interrupted)).rejects.toThrow('killed');
      const resumed = await method.train(backend, samples, short, quietCourse({ resumeFrom: kept }));
      for (const [name, { values }] of Object.entries(whole.tensors))
        expect(rms(values as Float32Array, resumed.tensors[name].values as Float32Array), name).toBeLessThan(1e-5);
      expect(resumed.history.length).toBe(whole.history.length);
    });
  });
}
