import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';
import { bandOf, snrBands } from './snrBands.js';
import type { StatedErrors } from './statedErrors.js';

const THIRDS = 3;
const LEVELS = 2;
/** How far below the lowest band that was calibrated its errors are followed, in ln of the signal to noise. */
const BEYOND = 0.2;
const FLOOR = 1e-6;

/** Errors of estimators that were made by the first version of them: quantiles of the scores by band of signal to noise and third of Teff, interpolated between bands. They are read, and made no more. */
export class BandedErrors implements StatedErrors {
  private constructor(private readonly tensors: Tensors) {}

  static isOf(tensors: Tensors): boolean {
    return 'centres' in tensors;
  }

  static fromTensors(tensors: Tensors, species: number): BandedErrors {
    const lengths = {
      systematic: species,
      thirds: THIRDS - 1,
      centres: snrBands.length,
      quantiles: LEVELS * snrBands.length * THIRDS * species,
    };
    for (const [name, length] of Object.entries(lengths)) expectTensor(tensors, name, [length], 'estimator');
    return new BandedErrors(tensors);
  }

  toTensors(): Tensors {
    return this.tensors;
  }

  halfWidths(species: number, noise: number, snr: number, parameter: number): [number, number] {
    const [low, high] = this.tensors.thirds.values;
    const third = parameter < low ? 0 : parameter < high ? 1 : 2;
    const spread = Math.hypot(noise, this.tensors.systematic.values[species], FLOOR);
    const own = spread * this.quantileAt(0, snr, third, species);
    return [own, Math.max(own, spread * this.quantileAt(1, snr, third, species))];
  }

  /** Linear in ln SNR between the centres of the bands that were calibrated; constant above the last. */
  private quantileAt(level: number, snr: number, third: number, species: number): number {
    const { systematic, quantiles } = this.tensors;
    const centres = this.tensors.centres.values;
    const bands = snrBands.map((_, band) => band).filter((band) => !Number.isNaN(centres[band]));
    const of = (band: number) =>
      quantiles.values[((level * snrBands.length + band) * THIRDS + third) * systematic.values.length + species];
    if (bands.length < 2) return of(bands[0] ?? bandOf(snr));
    const last = centres[bands[bands.length - 1]];
    const x = Math.min(last, Math.max(centres[bands[0]] - BEYOND, Math.log(snr)));
    const above = Math.max(
      1,
      bands.findIndex((band) => centres[band] >= x),
    );
    const [low, high] = [bands[above - 1], bands[above]];
    return of(low) + ((of(high) - of(low)) * (x - centres[low])) / (centres[high] - centres[low]);
  }
}
