import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import type { Database } from '../../src/storage/database.js';
import { type Served, serveDatabase } from '../api/served.js';
import { fillSyntheticArchive, type SyntheticArchive } from '../api/syntheticArchive.js';
import { openTestDatabase } from '../testArchive.js';

export interface ServedModel extends Served {
  readonly archive: SyntheticArchive;
  readonly db: Database;
  readonly compute: Compute;
}

/** The API over twelve simulated stars with a model that was really trained. */
export async function serveModel(environment: NodeJS.ProcessEnv = {}): Promise<ServedModel> {
  const db = await openTestDatabase();
  const compute = startCompute({ backend: 'auto' });
  const archive = await fillSyntheticArchive(db, compute);
  const served = await serveDatabase(db, { compute, environment });
  const close = async () => {
    await served.close();
    await compute.close();
    await db.close();
  };
  return { ...served, archive, db, compute, close };
}
