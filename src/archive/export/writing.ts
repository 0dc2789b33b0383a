import type { Report } from '../../domain/progress.js';
import type { Database } from '../../storage/database.js';
import type { View } from '../../storage/view.js';
import { type WrittenFile, writeWhole } from './file.js';
import type { ExportRequest } from './request.js';
import { openTable, writeTable } from './table.js';

/** A table that is to become a file, as whoever asks sees it. */
export interface ExportWork {
  readonly view: View;
  readonly request: ExportRequest;
  readonly path: string;
}

export interface ExportCourse {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Asked before every write whether so many bytes more may be written; it throws where not. */
  readonly room: (bytes: number) => void;
}

/** Makes the file, or leaves nothing of it. @throws the signal's reason, what `room` throws, and StarkinErrors of the request */
export type WriteExport = (work: ExportWork, course: ExportCourse) => Promise<WrittenFile>;

/** Here, between other work: for an embedded database, which is in this process too. */
export function writeHere(db: Database): WriteExport {
  return async ({ view, request, path }, { room, ...course }) => {
    const table = await openTable(db, view, request);
    return writeWhole(path, (sink) => writeTable(table, request.format, sink, course), room);
  };
}
