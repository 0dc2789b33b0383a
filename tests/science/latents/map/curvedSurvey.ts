import { MapEstimator } from '../../../../src/science/latents/map/mapEstimator.js';
import { Misfit } from '../../../../src/science/latents/map/misfit.js';
import { LatentResidual } from '../../../../src/science/latents/residual.js';
import type { Disentangler, Linearisation } from '../../../../src/science/models/method.js';
import type { Backend } from '../../../../src/science/networks/backend.js';
import { gaussians, uniforms } from '../randomNumbers.js';

/** Columns of x, latents, parameters. */
export const [width, latents, parameters] = [12, 4, 2];
/** How far it is from linear: x bends by this share over one standard deviation. */
const CURVATURE = 0.04;

/**
 * A decoder whose truth is known, x_k = sum over j of a_kj z_j (1 + c_kj z_j) + b_k·u (1 + .2 z_0), and a poor encoder for it. Latents follow u (z̄ = w·u) and scatter about
 * that by N(0, S).
 */
export class CurvedDecoder implements Disentangler {
  readonly latentSize = latents;
  private readonly a: Float64Array;
  private readonly b: Float64Array;
  private readonly c: Float64Array;

  constructor(seed = 3) {
    const next = gaussians(seed);
    this.a = Float64Array.from({ length: width * latents }, () => 0.1 * next());
    this.b = Float64Array.from({ length: width * parameters }, () => 0.2 * next());
    this.c = Float64Array.from({ length: width * latents }, () => CURVATURE * next());
  }

  /** A z that is wrong by half of the population's scatter, in a way that depends on x alone. */
  encode(x: Float32Array, u: Float32Array, rows: number): Float32Array {
    return Float32Array.from({ length: rows * latents }, (_, i) => {
      const row = Math.floor(i / latents);
      return trend(u, row, i % latents) + 0.5 * Math.sin(100 * x[row * width + (i % latents)]);
    });
  }

  decode(z: Float32Array, u: Float32Array, rows: number): Float32Array {
    return this.linearise(z, u, rows).x;
  }

  linearise(z: Float32Array, u: Float32Array, rows: number): Linearisation {
    const x = new Float32Array(rows * width);
    const byLatent = new Float32Array(rows * latents * width);
    const byParameter = new Float32Array(rows * parameters * width);
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < width; k++) {
        const first = z[row * latents];
        let sum = 0;
        for (let p = 0; p < parameters; p++) {
          const slope = this.b[k * parameters + p];
          sum += slope * u[row * parameters + p];
          byParameter[(row * parameters + p) * width + k] = slope * (1 + 0.2 * first);
        }
        let value = sum * (1 + 0.2 * first);
        for (let j = 0; j < latents; j++) {
          const [own, a, c] = [z[row * latents + j], this.a[k * latents + j], this.c[k * latents + j]];
          value += a * own * (1 + c * own);
          byLatent[(row * latents + j) * width + k] = a * (1 + 2 * c * own) + (j === 0 ? 0.2 * sum : 0);
        }
        x[row * width + k] = value;
      }
    return { x, byLatent, byParameter };
  }

  dispose(): void {}
}

/** z̄_j(u) of the population. */
function trend(u: Float32Array, row: number, j: number): number {
  return 0.5 * u[row * parameters + (j % parameters)] * (j + 1);
}

/** Stars of the population: u uniform over [-1, 1], z about the trend. */
export function population(rows: number, seed: number) {
  const [uniform, next] = [uniforms(seed), gaussians(seed + 1)];
  const u = Float32Array.from({ length: rows * parameters }, () => 2 * uniform() - 1);
  const z = Float32Array.from({ length: rows * latents }, (_, i) => {
    const [row, j] = [Math.floor(i / latents), i % latents];
    return trend(u, row, j) + (0.6 + 0.4 * j) * next();
  });
  return { rows, u, z };
}

/** What estimates latents of that decoder, with the population's own trend and covariance. */
export function curvedEstimator(backend: Backend, decoder = new CurvedDecoder(), misfit = Misfit.none(width)) {
  const { rows, u, z } = population(20_000, 11);
  const residual = LatentResidual.fit(z, u, rows, parameters);
  return { decoder, residual, estimator: new MapEstimator(backend, decoder, residual, misfit, [1.5, 1.5]) };
}
