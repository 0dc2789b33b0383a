/** Constants of a vibrational level of a doublet Pi state, 1/cm. */
export interface DoubletPi {
  readonly origin: number;
  readonly rotation: number;
  readonly distortion: number;
  /** Sextic distortion. */
  readonly sextic: number;
  /** Spin-orbit constant; negative in the inverted states of OH X and CN A. */
  readonly spinOrbit: number;
  /** Lambda doubling (p, q). */
  readonly lambdaP: number;
  readonly lambdaQ: number;
}

/** Energy and mixture of a level: amplitudes of Omega = 1/2 and 3/2. */
export interface DoubletPiLevel {
  readonly energy: number;
  readonly half: number;
  readonly threeHalves: number;
}

/**
 * A rotational level between Hund's cases (a) and (b): the lower (component 1) or upper (2) eigenvalue of the 2 x 2 matrix over
 * Omega = 1/2, 3/2 (Brown & Merer 1979, J. Mol. Spectrosc. 74, 488).
 * @param j half-integral @param parity +1 for e levels, -1 for f
 */
export function doubletPiLevel(state: DoubletPi, j: number, component: 1 | 2, parity: 1 | -1): DoubletPiLevel {
  const { origin, rotation, distortion, sextic, spinOrbit, lambdaP, lambdaQ } = state;
  const x = (j + 0.5) ** 2;
  const lower =
    -spinOrbit / 2 +
    rotation * x -
    distortion * (x * x + x - 1) +
    sextic * x ** 3 -
    0.5 * parity * (lambdaP + 2 * lambdaQ) * (j + 0.5);
  if (x <= 1) return { energy: origin + lower, half: 1, threeHalves: 0 };
  const upper = spinOrbit / 2 + rotation * (x - 2) - distortion * ((x - 2) ** 2 + x - 1) + sextic * (x - 2) ** 3;
  const mixing = -Math.sqrt(x - 1) * (rotation - 2 * distortion * (x - 1) - 0.5 * parity * lambdaQ * (j + 0.5));
  const mean = 0.5 * (lower + upper);
  const split = Math.hypot(0.5 * (lower - upper), mixing);
  const energy = component === 1 ? mean - split : mean + split;
  const norm = Math.hypot(mixing, energy - lower);
  return { energy: origin + energy, half: mixing / norm, threeHalves: (energy - lower) / norm };
}
