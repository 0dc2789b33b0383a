import { samplesInMemory } from '../../../src/science/models/memorySamples.js';
import type { Course, Samples } from '../../../src/science/models/method.js';
import { Random } from '../../../src/science/networks/random.js';

/** A small survey whose truth is known: x = f(v, u) + noise with three hidden properties v, independent of u = (teff, logg). */
export interface SyntheticSurvey {
  readonly samples: Samples;
  /** rows x width: what `samples` gathers from. */
  readonly x: Float32Array;
  /** rows x width, without noise: spectra of the same stars at other parameters. */
  at(u: Float32Array): Float32Array;
}

const width = 40;
const hidden = 3;
const sigma = 0.15;

export function syntheticSurvey(rows: number, seed = 1): SyntheticSurvey {
  const random = new Random(seed, 99);
  const normals = (count: number, scale: number) => Float64Array.from({ length: count }, () => scale * random.normal());
  const [trend, curve] = [normals(2 * width, 1), normals(2 * width, 0.5)];
  const [strength, coupling] = [normals(hidden * width, 0.6), normals(hidden * width * 2, 0.3)];
  const v = normals(rows * hidden, 1);
  const u = Float32Array.from({ length: rows * 2 }, () => 2 * random.uniform() - 1);

  // Lines grow with v, the more so at some u, and saturate.
  const column = (row: number, k: number, teff: number, logg: number): number => {
    let line = 0;
    for (let j = 0; j < hidden; j++) {
      const slope = coupling[2 * (j * width + k)] * teff + coupling[2 * (j * width + k) + 1] * logg;
      line += v[row * hidden + j] * (strength[j * width + k] + slope);
    }
    const continuum =
      trend[2 * k] * teff + trend[2 * k + 1] * logg + curve[2 * k] * teff ** 2 + curve[2 * k + 1] * teff * logg;
    return continuum + line - 0.05 * line ** 2;
  };
  const at = (u: Float32Array) =>
    Float32Array.from({ length: rows * width }, (_, i) => {
      const row = Math.floor(i / width);
      return column(row, i % width, u[2 * row], u[2 * row + 1]);
    });
  const x = at(u).map((value) => value + sigma * random.normal());
  const samples = samplesInMemory(x, {
    rows,
    width,
    u,
    parameters: ['teff', 'logg'],
    noise: new Float32Array(width).fill(sigma),
    weight: new Float32Array(rows).fill(1),
  });
  return { samples, x, at };
}

/** A course that nobody watches. */
export function quietCourse(changes: Partial<Course> = {}): Course {
  return {
    seed: 4,
    report: () => {},
    signal: new AbortController().signal,
    checkpoint: async () => {},
    resumeFrom: null,
    ...changes,
  };
}

/** Root mean square of a - b. */
export function rms(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);
}
