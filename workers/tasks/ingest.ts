import { Ingestion, type IngestRequest } from '../ingestion.js';
import type { IngestSummary } from '../ingestSummary.js';
import { ingestTogether } from '../ingestTogether.js';
import { listFiles } from '../inputFiles.js';
import { applyLabels } from '../labels.js';
import { type Recorded, recordRun } from '../recordedRun.js';
import { toFailure } from '../releaseWriter.js';
import type { TaskCourse, Workplace } from './task.js';

export type { IngestRequest, IngestSummary };

/**
 * Reads spectra into a release: format -> continuum -> store. Idempotent by (star, release, visit) and checksum; each batch is one
 * transaction, so a killed run leaves only whole spectra and simply runs again. What cannot be read is reported, and the rest goes on.
 */
export async function ingest(place: Workplace, request: IngestRequest, course: TaskCourse): Promise<IngestSummary> {
  const { files, faults } = await listFiles(request.paths);
  const faulty = faults.map(({ path, fault }) => toFailure(path, fault));
  return recordRun(place.db, 'ingest', { ...request }, course, async (course): Promise<Recorded<IngestSummary>> => {
    const spectra = place.crew
      ? await ingestTogether(place, place.crew, request, files, faulty, course)
      : await new Ingestion(place, request, course, faulty).read(files);
    const labels = request.labels ? await applyLabels(place, request.release, request.labels, course) : null;
    const result = { ...spectra, labels };
    const faults = [...spectra.failed.map(({ message }) => message), ...(labels?.refused ?? [])];
    return { result, state: faults.length ? 'partial' : 'done', counts: countsOf(result), faults };
  });
}

/** The summary for the row of the run: lists as their lengths. */
function countsOf(summary: IngestSummary): Readonly<Record<string, unknown>> {
  const lengths = (values: object) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.length : value]),
    );
  return { ...lengths(summary), labels: summary.labels && lengths(summary.labels) };
}

/** A part of an ingest: a few files, or some rows of a large one. */
export async function ingestPart(place: Workplace, request: IngestRequest, course: TaskCourse): Promise<IngestSummary> {
  return new Ingestion(place, request, course, []).read(request.paths);
}
