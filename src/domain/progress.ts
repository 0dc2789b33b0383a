/** One step of a long task. `total` is 0 while it is not known. */
export interface ProgressEvent {
  /** What is being done, in a word or two: 'ingest', 'train', 'encode'. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** What is counted: 'spectra', 'epochs', 'MB'. */
  readonly unit: string;
  /** Further figures: losses, rates. */
  readonly detail?: string;
}

/** Receives progress. Called often: the receiver decides how often to show it. */
export type Report = (event: ProgressEvent) => void;

export const silent: Report = () => {};
