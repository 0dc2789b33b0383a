import type { ModelSource } from '../compute/compute.js';
import { loadEstimatorArtefact } from '../storage/abundanceEstimator.js';
import { lasting } from '../storage/cancellable.js';
import type { Database } from '../storage/database.js';
import { loadArtefact } from '../storage/model.js';

/** A model for the compute processes, on behalf of a request: calls end with it, but a model on its way is loaded to the end, for whoever asks next. */
export function modelSource({ db, signal }: { db: Database; signal?: AbortSignal }, id: string): ModelSource {
  return { id, load: () => loadArtefact(lasting(db), id), ...(signal && { signal }) };
}

/** The same of an estimator of abundances. */
export function estimatorSource({ db, signal }: { db: Database; signal?: AbortSignal }, id: string): ModelSource {
  return { id, load: () => loadEstimatorArtefact(lasting(db), id), ...(signal && { signal }) };
}
