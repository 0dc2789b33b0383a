import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import type { Database } from '../../src/storage/database.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';
import { fillSyntheticArchive, type SyntheticArchive } from './syntheticArchive.js';

/** The synthetic archive, served with the processes that trained its models. */
export interface ServedSynthetic extends Served {
  readonly db: Database;
  readonly compute: Compute;
  readonly archive: SyntheticArchive;
}

/** Ends with `close`, its database and processes too. */
export async function serveSyntheticArchive(): Promise<ServedSynthetic> {
  const db = await openTestDatabase();
  const compute = startCompute({ backend: 'auto' });
  const archive = await fillSyntheticArchive(db, compute);
  const api = await serveDatabase(db, { compute });
  const close = async () => {
    await api.close();
    await compute.close();
    await db.close();
  };
  return { ...api, db, compute, archive, close };
}
