import type { ExportRequest } from './request.js';

export type ExportState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED';

/** An export as it is kept beside its file, in the folder of exports. */
export interface ExportRecord {
  /** 128 random bits: who knows it, and holds the same token, may have the export. */
  readonly id: string;
  readonly request: ExportRequest;
  /** Same release at the same revision, same table: made once for all who ask under the same token. */
  readonly key: string;
  readonly releaseId: number;
  /** Name of the token that asked; null: nobody in particular. */
  readonly token: string | null;
  readonly filename: string;
  readonly createdAt: string;
  state: ExportState;
  /** Requests that wait for it or may still fetch it, less those that were taken back. */
  askers: number;
  rows: number;
  totalRows: number;
  bytes: number;
  sha256: string | null;
  /** Why there is no file. */
  error: string | null;
  /** When it is deleted; null until it has ended. */
  expiresAt: string | null;
}

/** What is told of an export. */
export function describeExport(record: ExportRecord, base: string): Record<string, unknown> {
  const { id, request, state, filename, createdAt, expiresAt, rows, totalRows, bytes, sha256, error } = record;
  return {
    id,
    state,
    ...request,
    progress: { rows, totalRows, share: totalRows > 0 ? rows / totalRows : state === 'DONE' ? 1 : 0 },
    bytes,
    createdAt,
    expiresAt,
    status: `${base}/export/${id}`,
    url: state === 'DONE' ? `${base}/export/${id}/${filename}` : null,
    sha256,
    ...(error !== null && { error }),
  };
}
