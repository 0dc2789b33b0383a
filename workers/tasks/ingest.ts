import { Ingestion, type IngestRequest, type IngestSummary } from '../ingestion.js';
import { listFiles } from '../inputFiles.js';
import { recordRun } from '../recordedRun.js';
import { toFailure } from '../releaseWriter.js';
import type { TaskCourse, Workplace } from './task.js';

export type { IngestRequest, IngestSummary };

/**
 * Reads spectra into a release: format -> continuum -> store. Idempotent by (star, release, visit) and checksum; each batch is one
 * transaction, so a killed run leaves only whole spectra and simply runs again. What cannot be read is reported, and the rest goes on.
 */
export async function ingest(place: Workplace, request: IngestRequest, course: TaskCourse): Promise<IngestSummary> {
  const { files, faults } = await listFiles(request.paths);
  return recordRun(place.db, 'ingest', { ...request }, course, async (course) => {
    const result = await new Ingestion(
      place,
      request,
      course,
      faults.map(({ path, fault }) => toFailure(path, fault)),
    ).read(files);
    const { failed, withoutParameters } = result;
    const counts = { ...result, failed: failed.length, withoutParameters: withoutParameters.length };
    return { result, state: failed.length ? 'partial' : 'done', counts };
  });
}
