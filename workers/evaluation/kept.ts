import { basename } from 'node:path';
import type { EvaluationResults, NewEvaluation } from '../../src/storage/evaluation.js';
import type { PairSet } from './pairSet.js';
import type { ModelEvaluation, SetEvaluation } from './results.js';

/** What the archive keeps of an evaluation, model by model: all figures, without the samples and spectra of its plots. None on a file of observed spectra, which may be anybody's. */
export function keptEvaluations(
  { name, fingerprint, release, labels }: Pick<PairSet, 'name' | 'fingerprint' | 'release' | 'labels'>,
  { spectra, pairs, simulated, noiseless, models, notes }: SetEvaluation,
  { parts, queries, seed }: Pick<NewEvaluation, 'parts' | 'queries' | 'seed'>,
): NewEvaluation[] {
  if (release === null && !simulated) return [];
  return models.map((evaluated) => ({
    modelId: evaluated.model,
    // Whose folders they are is nobody's business.
    set: release === null ? basename(name) : name,
    setKey: fingerprint,
    release,
    spectra,
    pairs,
    simulated,
    noiseless,
    parts,
    queries: queries !== null && queries < labels.rows ? queries : null,
    seed,
    results: resultsOf(evaluated, notes),
  }));
}

function resultsOf(
  { recovery, recasting, species, nuisances, trainedOn, notes }: ModelEvaluation,
  ofSet: readonly string[],
): EvaluationResults {
  return {
    recovery,
    recasting: recasting?.tables ?? null,
    abundances: species && {
      elements: species.elements,
      trained: species.trained,
      tested: species.tested,
      coverage: species.coverage,
    },
    faults: nuisances && { snr: nuisances.snr, reference: nuisances.reference, rows: nuisances.rows },
    trainedOn,
    notes: [...ofSet, ...notes],
  };
}
