import { rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Settings } from '../../src/config.js';
import { InputError } from '../../src/domain/errors.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { SpectraFile } from '../../src/formats/hdf5/writer.js';
import { elements } from '../../src/science/simulator/population.js';
import { type SimulationRequest, simulate as synthesise } from '../../src/science/simulator/simulate.js';
import type { CatalogueErrors } from '../../src/science/simulator/simulatedRows.js';
import type { TaskCourse } from './task.js';

export interface SimulateRequest {
  /** Pairs of twins, or clusters among field stars. */
  readonly stars: SimulationRequest['stars'];
  readonly seed: number;
  /** Absolute path of the HDF5 file to write. */
  readonly out: string;
  /** Signal to noise per pixel; null: noiseless. */
  readonly snr: number | null;
  /** Blaze, slope and brightness on the flux, which is then not normalised; absent: no. */
  readonly continuum?: boolean;
  /** Errors (1 sigma, K and dex) of the Teff and log g that are written; absent: they are exact. */
  readonly catalogueErrors?: CatalogueErrors | undefined;
}

/**
 * Writes a simulated survey to an HDF5 file, in slices: memory does not grow with the number of stars. The file
 * appears under its name only when it is whole.
 */
export async function simulate(settings: Settings, request: SimulateRequest, course: TaskCourse): Promise<void> {
  await checkTarget(request.out);
  const part = `${request.out}.part`;
  const { wavelength } = apogeeGrid;
  const { stars, seed, snr, continuum = false, catalogueErrors } = request;
  try {
    const file = await SpectraFile.create(part, {
      wavelength,
      normalised: !continuum,
      simulated: true,
      survey: 'simulated',
      elements,
      catalogueErrors,
      groups: 'clusters' in stars,
    });
    try {
      await synthesise(
        { stars, seed, snr, continuum, catalogueErrors, processes: settings.simulate.processes },
        (rows) => file.append(rows),
        course.report,
        course.signal,
      );
    } finally {
      file.close();
    }
    await rename(part, request.out);
  } finally {
    await rm(part, { force: true });
  }
}

/** Before the work, not after it. */
async function checkTarget(path: string): Promise<void> {
  const [target, folder] = await Promise.all([path, dirname(path)].map((each) => stat(each).catch(() => null)));
  if (target?.isDirectory()) throw new InputError('--out', 'a file to write', `the folder ${path}`);
  if (!folder?.isDirectory()) throw new InputError('--out', 'a file in a folder that exists', path);
}
