import { listVisibleEstimators } from '../storage/abundanceEstimator.js';
import { type AnalysisMethod, loadAnalyses } from '../storage/analysis.js';
import type { Database } from '../storage/database.js';
import { loadPopulations } from '../storage/latentPopulation.js';
import type { View } from '../storage/view.js';

/** What answers lack, and the command that makes it. */
export interface NotMade {
  readonly what: string;
  readonly command: string;
}

/** Fewer stars are hardly worth a map, and some commands refuse them. */
const WORTH_IT = 100;

/**
 * What of all that is made of encoded stars is not there under the served model, for those who see what is published for all: after an upgrade of an
 * archive that an earlier version made, or after a promotion.
 * @param encoded of each visible release how many spectra have a latent under the served model
 */
export async function listNotMade(
  db: Database,
  view: View,
  encoded: readonly { readonly name: string; readonly encoded: number }[],
): Promise<NotMade[]> {
  const { modelId } = view;
  if (modelId === null || encoded.reduce((sum, each) => sum + each.encoded, 0) < WORTH_IT) return [];
  const made = new Set<AnalysisMethod>(
    (await loadAnalyses(db, view, modelId, ['umap', 'hdbscan', 'kmeans', 'systematics'])).map(({ method }) => method),
  );
  const described = (await loadPopulations(db, view, [modelId])).has(modelId);
  const estimators = await listVisibleEstimators(db, view, [modelId]);
  const [{ name }] = encoded.toSorted((a, b) => b.encoded - a.encoded);
  return [
    ...(described ? [] : [{ what: 'falseTwinRate', command: `npx starkin encode --release ${name}` }]),
    ...(estimators.length ? [] : [{ what: 'abundances', command: 'npx starkin abundances train --release R' }]),
    ...(made.has('umap') ? [] : [{ what: 'map', command: 'npx starkin projections' }]),
    ...(made.has('hdbscan') || made.has('kmeans') ? [] : [{ what: 'groups', command: 'npx starkin groups find' }]),
    ...(made.has('systematics') ? [] : [{ what: 'systematics', command: 'npx starkin systematics' }]),
  ];
}
