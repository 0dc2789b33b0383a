import type { Database } from '../storage/database.js';
import { readView } from '../storage/view.js';

/**
 * Why the archive cannot answer yet, or null when it can: for load balancers, and for pages that poll.
 * @param owner what the process itself knows: that it is migrating, or building the demonstration
 * @throws whatever the database throws
 */
export async function readiness(db: Database, owner: () => string | null): Promise<string | null> {
  const busy = owner();
  if (busy !== null) return busy;
  const { modelId, releases } = await readView(db);
  if (releases.length === 0) return 'no release is published';
  if (modelId === null) return 'no model is served';
  return null;
}
