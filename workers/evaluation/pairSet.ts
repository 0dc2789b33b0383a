import { InputError } from '../../src/domain/errors.js';
import type { StellarParameters } from '../../src/domain/parameters.js';
import type { Spectrum } from '../../src/domain/spectrum.js';
import type { WavelengthGrid } from '../../src/domain/wavelengthGrid.js';
import { elements } from '../../src/science/simulator/population.js';

/** Spectra with known twins, read slice by slice as often as need be: 16,000 of them are a gigabyte. */
export interface PairSet {
  /** A release's name or a file's path. */
  readonly name: string;
  /** Changes when the spectra do: a key for what is kept of them. */
  readonly fingerprint: string;
  readonly simulated: boolean;
  /** The release whose spectra they are, with the greatest revision of what was read; null: a file that the archive need not hold. */
  readonly release: { readonly id: number; readonly revision: number } | null;
  readonly labels: PairLabels;
  readonly grid: WavelengthGrid;
  /** Its spectra in order, normalised. */
  read(): AsyncIterable<SetSlice>;
}

/** Consecutive rows of a set. */
export interface SetSlice {
  readonly start: number;
  readonly members: readonly SetMember[];
}

export interface SetMember {
  readonly name: string;
  readonly spectrum: Pick<Spectrum, 'flux' | 'ivar'>;
  readonly parameters: StellarParameters | null;
}

/** What is known of all rows of a set, small enough to be held. */
export interface PairLabels {
  readonly rows: number;
  readonly names: readonly string[];
  readonly parameters: readonly (StellarParameters | null)[];
  /** Row of each row's twin, or -1. */
  readonly twin: Int32Array;
  /** Number of each row's pair: equal for twins, different otherwise. */
  readonly pair: Int32Array;
  /** rows x 18 in the simulator's order of elements, dex; null where one is not known. */
  readonly abundances: Float64Array | null;
  /** Mean signal to noise per pixel of each row, that of the error floor at most. */
  readonly snr: Float64Array;
  /** Whether all claim the error floor: then they are taken as having no noise. */
  readonly noiseless: boolean;
}

/** A row as it is met when a set is read for the first time. */
export interface LabelledRow extends SetMember {
  /** Name of the twin. */
  readonly twin: string | null;
  readonly abundances: Readonly<Record<string, number>> | null;
}

/** Gathers labels while a set is read. */
export class LabelGatherer {
  private readonly names: string[] = [];
  private readonly parameters: (StellarParameters | null)[] = [];
  private readonly twins: (string | null)[] = [];
  private readonly abundances: (Readonly<Record<string, number>> | null)[] = [];
  private readonly snr: number[] = [];

  constructor(private readonly floor: number) {}

  get rows(): number {
    return this.names.length;
  }

  add({ name, spectrum, parameters, twin, abundances }: LabelledRow): void {
    this.names.push(name);
    this.parameters.push(parameters);
    this.twins.push(twin);
    this.abundances.push(abundances);
    this.snr.push(meanSnr(spectrum.ivar));
  }

  /** @throws InputError when no row has a twin in the set */
  labels(argument: string, name: string): PairLabels {
    const rowOf = new Map(this.names.map((each, row) => [each, row]));
    const twin = Int32Array.from(this.twins, (each) => (each === null ? -1 : (rowOf.get(each) ?? -1)));
    if (twin.every((row) => row < 0))
      throw new InputError(
        argument,
        'spectra with known twins (a dataset /twin)',
        `${name} without any`,
        'npx starkin simulate --pairs N --seed S --snr none --out FILE.h5',
      );
    return {
      rows: this.rows,
      names: this.names,
      parameters: this.parameters,
      twin,
      pair: twin.map((other, row) => (other < 0 ? row : Math.min(row, other))),
      abundances: this.abundanceMatrix(),
      snr: Float64Array.from(this.snr),
      noiseless: this.snr.every((snr) => snr >= (1 - 1e-3) / this.floor),
    };
  }

  private abundanceMatrix(): Float64Array | null {
    const matrix = new Float64Array(this.rows * elements.length);
    for (let row = 0; row < this.rows; row++)
      for (let i = 0; i < elements.length; i++) {
        const value = this.abundances[row]?.[elements[i]];
        if (value === undefined) return null;
        matrix[row * elements.length + i] = value;
      }
    return matrix;
  }
}

function meanSnr(ivar: Float32Array): number {
  let [sum, good] = [0, 0];
  for (const weight of ivar)
    if (weight > 0) {
      sum += Math.sqrt(weight);
      good++;
    }
  return good ? sum / good : 0;
}
