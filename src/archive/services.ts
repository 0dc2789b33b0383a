import type { Response } from 'express';
import type { AmbiguousIdError } from '../domain/errors.js';
import type { StarId } from '../domain/star.js';
import { cancellable } from '../storage/cancellable.js';
import type { Database } from '../storage/database.js';
import type { GridCache } from '../storage/gridCache.js';
import type { View } from '../storage/view.js';

/** Who asks, as the token of the request tells. */
export interface Reader {
  /** Name of the token; null for an anonymous request. */
  readonly token: string | null;
  /** Releases that the token names: seen though they are drafts or proprietary. */
  readonly releases: readonly number[];
}

/** What all requests for files and to the services of the Virtual Observatory share. */
export interface ArchiveServices {
  readonly db: Database;
  readonly grids: GridCache;
  readonly reader: (response: Response) => Reader;
  /** Ends when the client of a response is gone, or it takes too long. */
  readonly deadline: (response: Response) => AbortSignal;
  /** The stars that references name, in any form that `star(id:)` takes. */
  readonly resolve: (
    db: Database,
    view: View,
    references: readonly string[],
  ) => Promise<(StarId | null | AmbiguousIdError)[]>;
  /** Why the archive cannot answer yet; null where it can. */
  readonly busy: () => Promise<string | null>;
  /** Base of every address in an answer, without a slash at its end. */
  readonly publicUrl: () => string;
}

/** The database for what is read for one response alone: its statements end with the client. */
export function databaseFor({ db, deadline }: Pick<ArchiveServices, 'db' | 'deadline'>, response: Response): Database {
  return cancellable(db, deadline(response));
}
