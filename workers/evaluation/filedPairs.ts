import { stat } from 'node:fs/promises';
import type { Settings } from '../../src/config.js';
import { NotFoundError } from '../../src/domain/errors.js';
import type { SpectrumRecord } from '../../src/domain/spectrum.js';
import type { WavelengthGrid } from '../../src/domain/wavelengthGrid.js';
import { findFormat } from '../../src/formats/registry.js';
import { checksumOf } from '../fileChecksum.js';
import { normaliseRecord } from '../normalisation.js';
import type { TaskCourse } from '../tasks/task.js';
import { LabelGatherer, type PairSet, type SetMember, type SetSlice } from './pairSet.js';

/**
 * The pairs of an HDF5 file, which the archive need not hold.
 * @throws FileError for a file that is not in the layout, InputError for one without twins
 */
export async function openFiledPairs(path: string, settings: Settings, course: TaskCourse): Promise<PairSet> {
  const format = findFormat('hdf5');
  const found = await stat(path).catch(() => null);
  if (!found) throw new NotFoundError('file', path);
  const total = await format.count(path, { visits: false });
  const gatherer = new LabelGatherer(settings.ingest.errorFloor);
  let grid: WavelengthGrid | null = null;
  for await (const record of format.read(path, { visits: false })) {
    course.signal.throwIfAborted();
    grid ??= record.grid;
    const { twin = null, abundances = null } = record.truth ?? {};
    gatherer.add({ ...memberOf(record, settings), twin, abundances });
    if (gatherer.rows % settings.encode.batch === 0)
      course.report({ stage: 'read pairs', done: gatherer.rows, total, unit: 'spectra' });
  }
  return {
    name: path,
    fingerprint: (await checksumOf(path, course.signal)).slice(0, 16),
    simulated: await format.simulated(path),
    release: null,
    labels: gatherer.labels('--pairs', path),
    grid: grid as WavelengthGrid,
    async *read() {
      let [members, start]: [SetMember[], number] = [[], 0];
      for await (const record of format.read(path, { visits: false })) {
        if (members.push(memberOf(record, settings)) < settings.encode.batch) continue;
        yield { start, members } satisfies SetSlice;
        start += members.length;
        members = [];
      }
      if (members.length) yield { start, members };
    },
  };
}

function memberOf(record: SpectrumRecord, settings: Settings): SetMember {
  const { spectrum } = normaliseRecord(record, settings);
  return { name: record.star.name, spectrum, parameters: record.parameters };
}
