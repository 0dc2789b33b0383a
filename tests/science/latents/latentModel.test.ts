import { beforeAll, describe, expect, it } from 'vitest';
import { FileError, GridError, InputError } from '../../../src/domain/errors.js';
import { silent } from '../../../src/domain/progress.js';
import { readArtefact, writeArtefact } from '../../../src/science/artefact/artefact.js';
import { LatentModel } from '../../../src/science/latents/latentModel.js';
import { type ModelDesign, planOf } from '../../../src/science/latents/modelDesign.js';
import { trainModel } from '../../../src/science/latents/modelTraining.js';
import { Preparation } from '../../../src/science/latents/preparation.js';
import { samplesInMemory } from '../../../src/science/models/memorySamples.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { type SyntheticSpectra, sliceOf, syntheticGrid, syntheticSpectra } from './syntheticSpectra.js';

const SNR = 100;
/** The last pixels, which no detector recorded. */
const GAP = 10;
const training = withGap(syntheticSpectra(600, { seed: 1, snr: SNR }));
const test = withGap(syntheticSpectra(100, { seed: 2, snr: SNR }));
const signal = new AbortController().signal;

const design: ModelDesign = {
  method: 'polydis',
  preset: 'compact',
  parameters: ['teff', 'logg'],
  grid: syntheticGrid,
  seed: 1,
  settings: {},
};

/** The paper's FaderDis with layers for 290 pixels, and a rate for a minute of training. */
const smallPaper = {
  encoder: [128, 64],
  decoder: [64, 128],
  auxiliary: [32],
  batch: 64,
  rate: 1e-3,
  adversaryRate: 1e-3,
  epochs: 120,
};

function withGap(spectra: SyntheticSpectra): SyntheticSpectra {
  for (let end = spectra.pixels; end <= spectra.ivar.length; end += spectra.pixels)
    spectra.ivar.fill(0, end - GAP, end);
  return spectra;
}

/** A set as training reads it. */
function sourceOf(spectra: SyntheticSpectra) {
  return { ...spectra, read: async (start: number, count: number) => sliceOf(spectra, start, start + count) };
}

async function trained(backend: Backend, asked: ModelDesign): Promise<LatentModel> {
  const plan = planOf(asked);
  const x: number[] = [];
  const keep = async (slice: Float32Array) => {
    for (const value of slice) x.push(value);
  };
  const prepared = await Preparation.from(backend, plan, sourceOf(training), keep, silent, signal);
  const samples = samplesInMemory(Float32Array.from(x), prepared.outline);
  const course = { seed: asked.seed, report: silent, signal, checkpoint: async () => {}, resumeFrom: null };
  const { model } = await trainModel(backend, plan, prepared, samples, course);
  return model;
}

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

describe.each([
  { name: 'polydis', asked: design },
  { name: 'polydis with [Fe/H]', asked: { ...design, parameters: ['teff', 'logg', 'feh'] as const } },
  { name: 'polydis on pixels', asked: { ...design, preset: 'paper', settings: { components: 12 } } },
  { name: 'faderdis, briefly trained', asked: { ...design, method: 'faderdis', settings: { epochs: 60, batch: 64 } } },
  {
    name: 'faderdis on pixels, small',
    asked: { ...design, method: 'faderdis', preset: 'paper', settings: smallPaper },
  },
])('a latent model ($name)', ({ asked }) => {
  let model: LatentModel;
  beforeAll(async () => {
    model = await trained(backend, asked);
  });

  it('encodes and decodes bit for bit alike once it has been saved and loaded', () => {
    const artefact = model.toArtefact();
    const again = LatentModel.fromArtefact(backend, artefact);
    const encoded = model.encode(test);
    expect(again.encode(test)).toEqual(encoded);
    expect(again.decode(encoded.latents, test.parameters, test.rows)).toEqual(
      model.decode(encoded.latents, test.parameters, test.rows),
    );
    expect(again.toArtefact()).toEqual(artefact);
    expect(again.description).toEqual(model.description);
    expect(again.grid).toEqual(syntheticGrid);
    again.dispose();
  });

  it('changes no bit of its output with the flux of flagged pixels, NaN and infinity included', () => {
    const flagged = sliceOf(test, 0, test.rows);
    const spoilt = sliceOf(test, 0, test.rows);
    for (let i = 0; i < flagged.flux.length; i += 7) {
      flagged.ivar[i] = spoilt.ivar[i] = 0;
      spoilt.flux[i] = [Number.NaN, 1e30, Number.POSITIVE_INFINITY, -5][i % 4];
    }
    const encoded = model.encode(flagged);
    expect(model.encode(spoilt)).toEqual(encoded);
    expect(encoded.latents.every(Number.isFinite)).toBe(true);
  });

  it('decodes what it encoded to the spectrum, to within a few times the noise, and leaves out what no spectrum covers', () => {
    const { latents } = model.encode(test);
    const { flux, extrapolated } = model.decode(latents, test.parameters, test.rows);
    const covered = [...flux.keys()].filter((i) => !Number.isNaN(flux[i]));
    expect(covered).toEqual([...test.ivar.keys()].filter((i) => test.ivar[i] > 0));
    const squares = covered.reduce((sum, i) => sum + (flux[i] - test.flux[i]) ** 2, 0);
    expect(Math.sqrt(squares / covered.length)).toBeLessThan(4 / SNR);
    expect(extrapolated.length).toBe(test.rows);
  });

  it('recasts residual latents as it decodes latents at the same parameters, and refuses those of another size', () => {
    const { latents, residual } = model.encode(test);
    const own = model.decodeResidual(residual, test.parameters, test.rows);
    const same = model.decode(latents, test.parameters, test.rows);
    own.flux.forEach((value, i) => {
      if (!Number.isNaN(value)) expect(Math.abs(value - same.flux[i])).toBeLessThan(1e-4);
    });
    expect(() => model.decodeResidual(residual.subarray(1), test.parameters, test.rows)).toThrow(InputError);
  });

  it('brings twins nearer to each other in the searched vectors than other stars', () => {
    const { searched, latentSize } = model.encode(test);
    const distance = (a: number, b: number) => {
      let squares = 0;
      for (let i = 0; i < latentSize; i++)
        squares += (searched[a * latentSize + i] - searched[b * latentSize + i]) ** 2;
      return squares;
    };
    let nearer = 0;
    for (let star = 0; star < test.rows; star++)
      if (distance(star, star ^ 1) < distance(star, (star + 50) % 100)) nearer++;
    expect(nearer).toBeGreaterThan(80);
  });

  it('gives a spectrum the same latent alone and among others', () => {
    const all = model.encode(test);
    const alone = model.encode(sliceOf(test, 41, 42));
    alone.searched.forEach((value, i) => {
      expect(Math.abs(value - all.searched[41 * all.latentSize + i])).toBeLessThan(1e-3);
    });
  });

  it('flags parameters outside the training range, and treats them as if they were at the limit', () => {
    const [teff] = model.description.ranges;
    const limit = (teff.max + teff.min) / 2 + (teff.limit * (teff.max - teff.min)) / 2;
    const recast = (kelvin: number) => {
      const { latents } = model.encode(sliceOf(test, 0, 1));
      return model.decode(latents, Float64Array.of(kelvin, 2, 0), 1);
    };
    expect([...recast((teff.min + teff.max) / 2).extrapolated]).toEqual([0]);
    expect(recast(9000)).toEqual({ flux: recast(limit + 1).flux, extrapolated: Uint8Array.of(1) });
    const hot = sliceOf(test, 0, 3);
    hot.parameters[3] = 9000;
    expect([...model.encode(hot).extrapolated]).toEqual([0, 1, 0]);
  });

  it('frees what it holds in the backend', async () => {
    const before = backend.tf.memory().numTensors;
    const again = LatentModel.fromArtefact(backend, model.toArtefact());
    const { latents } = again.encode(test);
    again.decode(latents, test.parameters, test.rows);
    again.dispose();
    expect(backend.tf.memory().numTensors).toBe(before);
  });
});

describe('a latent model of PolyDis', () => {
  it('recasts a spectrum with its whole residual: at its own parameters it is itself, noise included, and at its twin’s it is like the twin', async () => {
    const model = await trained(backend, { ...design, preset: 'paper', settings: { components: 3 } });
    const good = [...test.ivar.keys()].filter((i) => test.ivar[i] > 0);
    const error = ({ flux }: { flux: Float32Array }, truth: Float32Array) =>
      Math.sqrt(good.reduce((sum, i) => sum + (flux[i] - truth[i]) ** 2, 0) / good.length);
    const { latents } = model.encode(test);
    expect(error(model.recast(test, test.parameters), test.flux)).toBeLessThan(1e-6);
    expect(error(model.decode(latents, test.parameters, test.rows), test.flux)).toBeGreaterThan(0.5 / SNR);
    // Star 2k at the parameters of 2k + 1, its twin.
    const twin = (values: Float64Array | Float32Array, width: number) =>
      values.map((_, i) => values[(Math.floor(i / width) ^ 1) * width + (i % width)]);
    const recast = model.recast(test, twin(test.parameters, 3) as Float64Array);
    expect(error(recast, twin(test.flux, 300) as Float32Array)).toBeLessThan(
      0.7 * error(test, twin(test.flux, 300) as Float32Array),
    );
    model.dispose();
  });
});

describe('an artefact', () => {
  it('from before presets had a representation is on the basis', async () => {
    const model = await trained(backend, design);
    const { tensors, metadata } = readArtefact(model.toArtefact());
    const { settings, ...description } = JSON.parse(metadata.model);
    const { representation, trainingNoise, ...older } = settings;
    expect([representation, trainingNoise]).toEqual(['basis', 0]);
    const bytes = writeArtefact(tensors, { ...metadata, model: JSON.stringify({ ...description, settings: older }) });
    expect(LatentModel.fromArtefact(backend, bytes).encode(test)).toEqual(model.encode(test));
  });

  it('is refused when it names another representation than its tensors are of, or one that does not exist', async () => {
    const bytes = Buffer.from((await trained(backend, design)).toArtefact());
    const renamed = (name: string) => {
      const { tensors, metadata } = readArtefact(bytes);
      const model = metadata.model.replace('"representation":"basis"', `"representation":"${name}"`);
      return () => LatentModel.fromArtefact(backend, writeArtefact(tensors, { ...metadata, model }));
    };
    expect(renamed('pixels')).toThrow(FileError);
    expect(renamed('pixels')).toThrow('mean: expected a tensor');
    expect(renamed('wavelets')).toThrow('model.settings.representation');
  });
});

describe('a latent model refuses', () => {
  let model: LatentModel;
  beforeAll(async () => {
    model = await trained(backend, design);
  });

  it('spectra on another grid', () => {
    const other = { ...sliceOf(test, 0, 2), flux: new Float32Array(602), ivar: new Float32Array(602) };
    expect(() => model.encode(other)).toThrow(GridError);
    expect(() => model.encode(other)).toThrow('found 301 pixels');
  });

  it('an unknown parameter that it removes, and not one that it does not', () => {
    const unknown = sliceOf(test, 0, 2);
    unknown.parameters[5] = Number.NaN;
    expect(model.encode(unknown).reasons).toEqual([null, null]);
    unknown.parameters[3] = Number.NaN;
    const { reasons, residual, searched } = model.encode(unknown);
    expect(reasons).toEqual([null, 'teff unknown, which the model removes']);
    const n = model.latentSize;
    expect([...residual.subarray(n), ...searched.subarray(n)].every(Number.isNaN)).toBe(true);
    expect([...residual.subarray(0, n), ...searched.subarray(0, n)].every(Number.isFinite)).toBe(true);
  });

  it('a spectrum with too few good pixels, with the numbers and the setting, and encodes the others as without it', () => {
    const some = sliceOf(test, 0, 3);
    some.ivar.fill(0, 300, 530);
    some.flux[540] = Number.NaN;
    const { reasons, residual } = model.encode(some);
    expect(reasons[1]).toBe(
      '59 of the 290 pixels that the model covers are good; encode.minimumGoodShare (0.25) asks for 73',
    );
    expect([reasons[0], reasons[2]]).toEqual([null, null]);
    const n = model.latentSize;
    expect(residual.subarray(n, 2 * n).every(Number.isNaN)).toBe(true);
    expect(residual.slice(2 * n)).toEqual(model.encode(sliceOf(test, 0, 3)).residual.slice(2 * n));
    expect(model.encode(some, { minimumGoodShare: 0.2 }).reasons[1]).toBeNull();
  });

  it('latents of another size', () => {
    expect(() => model.decode(new Float32Array(3), test.parameters.slice(0, 3), 1)).toThrow(InputError);
  });

  it('bytes that are no model, cut short, or of another format', () => {
    const bytes = model.toArtefact();
    expect(() => LatentModel.fromArtefact(backend, new Uint8Array(100))).toThrow(FileError);
    expect(() => LatentModel.fromArtefact(backend, bytes.subarray(0, bytes.length - 8))).toThrow(FileError);
    const edited = (from: string, to: string) => {
      const copy = Buffer.from(bytes);
      copy.write(to, copy.indexOf(from));
      return () => LatentModel.fromArtefact(backend, copy);
    };
    expect(edited('starkin-model-2', 'starkin-model-9')).toThrow('metadata, format: expected starkin-model-2');
    expect(edited('starkin-model-2', 'starkin-model-9')).toThrow(
      expect.objectContaining({ remedy: expect.stringContaining('a newer version of Starkin') }),
    );
    expect(edited('polydis', 'oracle7')).toThrow('model.method: expected one of');
    expect(edited('degree', 'decree')).toThrow('model.settings');
    expect(edited('\\"teff\\",', '       ')).toThrow(FileError);
    expect(edited('"networks.poly', '"networms.poly')).toThrow(FileError);
  });
});

describe('a design', () => {
  it.each([
    [{ method: 'oracle' }, 'method'],
    [{ preset: 'huge' }, 'preset'],
    [{ parameters: [] }, 'parameters'],
    [{ parameters: ['teff', 'teff'] as const }, 'parameters'],
    [{ settings: { scaling: 'none' } }, 'scaling'],
    [{ settings: { epocs: 5 } }, 'epocs'],
  ])('with a name that does not exist is refused: %o', (change, word) => {
    expect(() => planOf({ ...design, ...change })).toThrow(InputError);
    expect(() => planOf({ ...design, ...change })).toThrow(word);
  });
});
