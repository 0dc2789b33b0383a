import type { Report } from '../../domain/progress.js';
import type { Systematics } from '../../domain/systematics.js';
import { type Finder, findGroups } from '../groups/finder.js';
import type { FoundGroup } from '../groups/foundGroup.js';
import { shuffle } from '../groups/shuffledStars.js';
import { projectPca } from '../projections/pca.js';
import type { Projected } from '../projections/projected.js';
import { projectUmap, type UmapSettings } from '../projections/umap.js';
import { findSystematics, type SystematicsInput, type SystematicsSettings } from '../systematics/systematics.js';
import type { VectorSet } from './vectorSet.js';

/** What is computed of all stars together: plain arithmetic that takes seconds to minutes. */
export type SurveyWork =
  | { readonly kind: 'pca'; readonly set: VectorSet }
  | { readonly kind: 'umap'; readonly set: VectorSet; readonly settings: UmapSettings }
  | { readonly kind: 'systematics'; readonly input: SystematicsInput; readonly settings: SystematicsSettings }
  | {
      readonly kind: 'groups';
      readonly set: VectorSet;
      readonly finder: Finder;
      /** Which archive without kin to search instead; null: the stars as they are. */
      readonly shuffled: { readonly seed: number; readonly realisation: number } | null;
    };

export interface SurveyAnswers {
  readonly pca: Projected;
  readonly umap: Projected;
  readonly systematics: Systematics;
  readonly groups: FoundGroup[];
}

export function perform(work: SurveyWork, report: Report): SurveyAnswers[SurveyWork['kind']] {
  if (work.kind === 'pca') return projectPca(work.set);
  if (work.kind === 'systematics') return findSystematics(work.input, work.settings, report);
  if (work.kind === 'umap') return projectUmap(work.set, work.settings, report);
  const { set, finder, shuffled } = work;
  return findGroups(shuffled ? shuffle(set, shuffled.seed, shuffled.realisation) : set, finder, report);
}
