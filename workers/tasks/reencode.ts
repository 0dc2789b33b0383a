import { createHash } from 'node:crypto';
import { NotReadyError } from '../../src/domain/errors.js';
import { listReleases, refuseDiscarded } from '../../src/storage/dataRelease.js';
import { listRuns } from '../../src/storage/run.js';
import { noteFiles, type SourceFile } from '../../src/storage/sourceFile.js';
import { countSpectra } from '../../src/storage/spectrumScan.js';
import { readView } from '../../src/storage/view.js';
import { recordRun } from '../recordedRun.js';
import { changedFiles } from '../watchedFiles.js';
import { ingest } from './ingest.js';
import { type PublishSummary, publish } from './publish.js';
import type { TaskCourse, Workplace } from './task.js';
import type { Training } from './trainFor.js';

/** What a schedule asks for: the settings under `schedule`, without when. */
export interface ReencodeRequest {
  readonly folders: readonly string[];
  readonly release: string;
  readonly format: string;
  readonly visits: boolean;
  readonly train: 'never' | Training;
  /** As of an IngestRequest; absent: no. */
  readonly revise?: boolean;
}

export interface ReencodeSummary {
  /** Files that were new or changed. */
  readonly files: number;
  readonly stored: number;
  readonly failed: number;
  /** What was wrong: folders that are not there, files that cannot be read. */
  readonly faults: readonly string[];
  /** null where there was nothing to publish. */
  readonly published: PublishSummary | null;
}

/**
 * The whole of a scheduled run: reads what is new or changed in the watched folders, trains if that is asked, encodes all that is missing, makes the index,
 * checks, promotes and publishes. Nothing new, nothing done; nor is anything while an earlier run of the same release is at work, and nothing is published after a roll-back.
 */
export async function reencode(
  place: Workplace,
  request: ReencodeRequest,
  course: TaskCourse,
): Promise<ReencodeSummary> {
  const { db } = place;
  const { release: name, train } = request;
  return recordRun<ReencodeSummary>(db, 'reencode', { ...request }, course, async (course) => {
    const earlier = await earlierRun(place, request, course);
    if (earlier !== null)
      return {
        result: { files: 0, stored: 0, failed: 0, faults: [], published: null },
        state: 'done',
        counts: { leftTo: earlier },
      };
    const before = await releaseNamed(place, name);
    // Or its files would count as read.
    if (before) refuseDiscarded(before);
    const { changed: files, missing } = await changedFiles(db, before?.id ?? null, request.folders, course.signal);
    const { stored, failures } = await readIn(place, request, files, course);
    const held = await rolledBack(place, name);
    const faults = [
      ...missing.map((folder) => `the watched folder ${folder} is not there`),
      ...(held ? [held] : []),
      ...failures,
    ];
    const failed = failures.length;
    const published =
      !held && (await somethingToPublish(place, name))
        ? await publish(place, { release: name, train: train !== 'never' && stored > 0 && train }, course)
        : null;
    const result = { files: files.length, stored, failed, faults, published };
    const counts = { files: files.length, stored, failed, model: published?.model ?? null };
    const checksums = files.length ? { files: digestOf(files) } : {};
    return { result, state: faults.length ? 'partial' : 'done', counts, checksums, faults };
  });
}

/** A run that began before and still goes on: what it does not find any more, the next one will. */
async function earlierRun(
  { db }: Workplace,
  { release }: ReencodeRequest,
  { run: own }: TaskCourse,
): Promise<number | null> {
  const running = (await listRuns(db, UNENDED, { unended: true })).filter(({ state }) => state === 'running');
  const same = running.find(
    ({ id, kind, input }) => kind === 'reencode' && input.release === release && id < (own?.id ?? 0),
  );
  return same?.id ?? null;
}

/** More runs than ever go on at once. */
const UNENDED = 1000;

async function readIn(
  place: Workplace,
  { release: name, format, visits, revise = false }: ReencodeRequest,
  files: readonly SourceFile[],
  course: TaskCourse,
): Promise<{ stored: number; failures: string[] }> {
  if (!files.length) return { stored: 0, failures: [] };
  const paths = files.map(({ path }) => path);
  const { stored, failed } = await ingest(
    place,
    { release: name, format, paths, survey: null, visits, ...(revise ? { revise } : {}) },
    course,
  );
  const release = await releaseNamed(place, name);
  // Those that cannot be read too: they are reported once, and again when they have changed.
  if (release) await noteFiles(place.db, release.id, files);
  return { stored, failures: failed.map(({ message }) => message) };
}

/** What was taken back is for people to look into: a schedule would show it again the next night. Null: nothing was. */
async function rolledBack(place: Workplace, name: string): Promise<string | null> {
  const release = await releaseNamed(place, name);
  if (release?.state !== 'published' || release.revision === release.latest) return null;
  return `release "${name}" was rolled back to revision ${release.revision}, and is published again by hand alone: npx starkin release publish ${name}`;
}

/** Spectra that are staged, or not encoded under the served model, or a release that was never published. */
async function somethingToPublish(place: Workplace, name: string): Promise<boolean> {
  const release = await releaseNamed(place, name);
  if (!release || release.state === 'withdrawn' || !(await countSpectra(place.db, release.id))) return false;
  if (release.state === 'draft') return true;
  const { modelId } = await readView(place.db);
  if (!modelId) throw new NotReadyError('no model is served', `npx starkin release publish ${name} --train`);
  const missing = await countSpectra(place.db, release.id, { visits: true, notEncodedUnder: modelId });
  return missing > 0 || (await countSpectra(place.db, release.id, { visits: true, staged: true })) > 0;
}

async function releaseNamed({ db }: Workplace, name: string) {
  return (await listReleases(db)).find((release) => release.name === name);
}

function digestOf(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of files) hash.update(sha256);
  return hash.digest('hex');
}
