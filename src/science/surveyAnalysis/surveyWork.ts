import type { Report } from '../../domain/progress.js';
import { projectPca } from '../projections/pca.js';
import type { Projected } from '../projections/projected.js';
import { projectUmap, type UmapSettings } from '../projections/umap.js';
import type { VectorSet } from './vectorSet.js';

/** What is computed of all stars together: plain arithmetic that takes seconds to minutes. */
export type SurveyWork =
  | { readonly kind: 'pca'; readonly set: VectorSet }
  | { readonly kind: 'umap'; readonly set: VectorSet; readonly settings: UmapSettings };

export interface SurveyAnswers {
  readonly pca: Projected;
  readonly umap: Projected;
}

export function perform(work: SurveyWork, report: Report): SurveyAnswers[SurveyWork['kind']] {
  if (work.kind === 'pca') return projectPca(work.set);
  return projectUmap(work.set, work.settings, report);
}
