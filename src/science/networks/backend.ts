import type { Operations, TensorFlow } from './operations.js';

/** TensorFlow as this process runs it. */
export interface Backend {
  readonly name: 'tensorflow' | 'wasm';
  readonly tf: TensorFlow;
  readonly operations: Operations;
  /** What the user should know about this choice, such as that the slow fallback runs; null when there is nothing to tell. */
  readonly note: string | null;
}

export type BackendChoice = 'auto' | 'tensorflow' | 'wasm';

/**
 * Loads TensorFlow into this process: one backend for its whole life, so that a second call returns the first one's.
 * Its threads and log level are read from the environment (TF_NUM_INTRAOP_THREADS, TF_CPP_MIN_LOG_LEVEL) when it loads, so whoever starts the process sets them.
 * @throws NotReadyError when 'tensorflow' is asked for and its compiled library is not there
 */
export async function loadBackend(_choice: BackendChoice): Promise<Backend> {
  throw new Error('not there yet');
}
