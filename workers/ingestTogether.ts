import { basename } from 'node:path';

import type { NewPart } from '../src/storage/runPart.js';
import { formatOf, type IngestRequest } from './ingestion.js';
import { addSummaries, emptySummary, type IngestSummary } from './ingestSummary.js';
import { caught, type IngestFailure } from './releaseWriter.js';
import type { Crew, TaskCourse, Workplace } from './tasks/task.js';

/** Reads files into a release by the crew: so many files a job, or a range of rows of a file that holds many stars. The workers must see the files under the same paths. */
export async function ingestTogether(
  { settings }: Workplace,
  crew: Crew,
  request: IngestRequest,
  files: readonly string[],
  faults: readonly IngestFailure[],
  course: TaskCourse,
): Promise<IngestSummary> {
  const shown = { stage: 'ingest', unit: 'spectra', detail: request.release };
  const failed = [...faults];
  const parts = await partsOf(request, files, settings.worker.jobFiles, failed);
  await crew.finish(course, shown);
  // What an earlier attempt has read is read again, and skipped by its checksum.
  const done = await crew.share('ingest', parts, course, shown);
  const summaries = done.map(({ counts }) => counts as unknown as IngestSummary);
  return summaries.reduce(addSummaries, emptySummary(request.release, files.length, failed));
}

async function partsOf(
  request: IngestRequest,
  files: readonly string[],
  jobFiles: number,
  failed: IngestFailure[],
): Promise<NewPart[]> {
  const parts: NewPart[] = [];
  const whole: string[] = [];
  for (const file of files) {
    const failure = await caught(basename(file), async () => {
      const ranges = await (await formatOf(request, file)).parts?.(file);
      if (!ranges) whole.push(file);
      for (const rows of ranges ?? [])
        parts.push({ task: { ...request, paths: [file], rows }, total: rows.end - rows.start });
    });
    if (failure) failed.push(failure);
  }
  for (let start = 0; start < whole.length; start += jobFiles) {
    const paths = whole.slice(start, start + jobFiles);
    parts.push({ task: { ...request, paths }, total: paths.length });
  }
  return parts;
}
