import type { ErrorCode, FileFault } from '../../domain/errors.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { ReadOptions, RowRange } from '../format.js';

/** Formats decoded by a library that damage may keep busy for ever. */
export type BoundedFormat = 'hdf5' | 'parquet';

/** What a reading process is asked for, one thing at a time. */
export type Question =
  | { readonly ask: 'simulated' | 'parts'; readonly format: BoundedFormat; readonly path: string }
  | ({ readonly ask: 'count' | 'records'; readonly format: BoundedFormat; readonly path: string } & WithOptions)
  | { readonly ask: 'labels'; readonly path: string }
  | { readonly ask: 'rows'; readonly columns: readonly string[] }
  | { readonly ask: 'nextRecords' | 'nextRows' | 'close' };

interface WithOptions {
  readonly options: ReadOptions;
}

/** What it gives, by what it was asked for: `records`, `labels` and `rows` open what the next ones are then taken from, null at the end. */
export interface Given {
  readonly simulated: boolean;
  readonly count: number;
  readonly parts: readonly RowRange[];
  readonly records: null;
  readonly nextRecords: RecordBatch | null;
  readonly labels: readonly string[];
  readonly rows: null;
  readonly nextRows: readonly (readonly unknown[])[] | null;
  readonly close: null;
}

/** Spectra of one grid, which is told once: null where it is that of the batch before. */
export interface RecordBatch {
  readonly grid: WavelengthGrid | null;
  readonly records: readonly Omit<SpectrumRecord, 'grid'>[];
}

/** `limit`: milliseconds after which the process is to end itself. */
export type Request = Question & { readonly limit: number };

/** What was asked for, an error that the user can mend, or a defect. */
export type Answer =
  | { readonly kind: 'given'; readonly value: Given[keyof Given] }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string | undefined;
      readonly fault: FileFault | null;
    }
  | { readonly kind: 'failed'; readonly message: string };
