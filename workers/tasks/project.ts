import { inThread } from '../../src/science/surveyAnalysis/inThread.js';
import { findAnalysis } from '../../src/storage/analysis.js';
import { storeProjection } from '../../src/storage/projection.js';
import { hasStars, loadPublicStars } from '../publicStars.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

const kinds = ['pca', 'umap'] as const;
export type ProjectionKind = (typeof kinds)[number];

export interface ProjectRequest {
  /** A model's id, or null for the served one. */
  readonly model: string | null;
}

export interface ProjectSummary {
  readonly model: string;
  /** Names of the releases whose stars were laid out. */
  readonly releases: readonly string[];
  readonly stars: number;
  /** What was computed now, and what was there already. */
  readonly computed: readonly ProjectionKind[];
  readonly already: readonly ProjectionKind[];
}

/**
 * Lays the published stars out in two planes (PCA and UMAP) by their searched vectors under a model, in a thread, and stores where each is. Idempotent: what the same stars and
 * settings made is not made again.
 * @throws NotReadyError where there is nothing to lay out, InputError for too few stars
 */
export async function project(place: Workplace, request: ProjectRequest, course: TaskCourse): Promise<ProjectSummary> {
  const { db } = place;
  return recordRun(db, 'projections', { ...request }, course, async (course) => {
    const { model, view, ids, set, checksum } = await loadPublicStars(db, request.model, course);
    const { neighbours, minimumDistance, fitted, seed } = place.settings.projections;
    const settings = { pca: {}, umap: { neighbours, minimumDistance, fitted, seed } };
    const computed: ProjectionKind[] = [];
    for (const method of kinds) {
      const key = { modelId: model.id, method, checksum: checksum(method, settings[method]) };
      if (await findAnalysis(db, key)) continue;
      const work = method === 'pca' ? { kind: method, set } : { kind: method, set, settings: settings.umap };
      const { x, y, results } = await inThread(work, course.report, course.signal);
      const { releases } = view;
      const analysis = { ...key, settings: settings[method], releases, stars: ids.length, results };
      await storeProjection(db, analysis, { ids, x, y });
      computed.push(method);
    }
    const summary: ProjectSummary = {
      model: model.id,
      releases: view.releases.map(({ name }) => name),
      stars: ids.length,
      computed,
      already: kinds.filter((kind) => !computed.includes(kind)),
    };
    return { result: summary, state: 'done', counts: { ...summary } };
  });
}

/** Fewer are no map, and UMAP refuses them. */
const LEAST_STARS = 10;

/** Renews the planes once another release or model is served, where the settings say so. Too few stars are left alone: the publication has succeeded all the same. */
export async function renewProjections(place: Workplace, model: string, course: TaskCourse): Promise<void> {
  if (!place.settings.projections.afterPublish) return;
  if (!(await hasStars(place.db, model, LEAST_STARS))) return;
  await project(place, { model }, course);
}
