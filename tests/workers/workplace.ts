import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings, type Settings } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { SpectraFile, type SpectraHeader, type SpectraRows } from '../../src/formats/hdf5/writer.js';
import { simulateRows } from '../../src/science/simulator/simulatedRows.js';
import type { TaskCourse, Workplace } from '../../workers/tasks/task.js';
import { openTestDatabase } from '../testArchive.js';

/** A workplace of real parts: an archive in memory, real compute processes, a folder of its own. */
export interface TestWorkplace extends Workplace {
  close(): Promise<void>;
}

export const course: TaskCourse = { report: silent, signal: new AbortController().signal };

/** The default ones, but without what a publication does once it is done: it takes seconds, and has tests of its own. */
function briefSettings(): Settings {
  const settings = defaultSettings();
  const { projections, systematics } = settings;
  return {
    ...settings,
    projections: { ...projections, afterPublish: false },
    systematics: { ...systematics, afterPublish: false },
  };
}

export async function openWorkplace(
  change: (settings: Settings) => Settings = (settings) => settings,
): Promise<TestWorkplace> {
  const folder = await mkdtemp(join(tmpdir(), 'starkin-workers-'));
  const db = await openTestDatabase();
  const compute = startCompute({ backend: 'auto' });
  return {
    db,
    compute,
    settings: change(briefSettings()),
    folder,
    async close() {
      await compute.close();
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The simulated survey's first pairs. */
export function simulated(pairs: number, seed = 1): SpectraRows {
  return simulateRows({ seed, snr: 100, continuum: false }, 0, pairs);
}

export async function writeSpectra(
  path: string,
  wavelength: Float64Array,
  rows: SpectraRows,
  change: Partial<SpectraHeader> = {},
): Promise<string> {
  const elements = Object.keys(rows.abundances);
  const file = await SpectraFile.create(path, {
    wavelength,
    normalised: true,
    simulated: true,
    survey: 'simulated',
    elements,
    ...change,
  });
  file.append(rows);
  file.close();
  return path;
}
