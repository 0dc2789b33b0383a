import type { Database } from '../storage/database.js';
import { listReleases } from '../storage/dataRelease.js';
import { readView, type View } from '../storage/view.js';

/**
 * Why the archive cannot answer yet, or null when it can: for load balancers, which ask without a token. An archive whose releases are all
 * proprietary is ready.
 * @param owner what the process itself knows: that it is migrating, or building the demonstration
 * @throws whatever the database throws
 */
export async function readiness(db: Database, owner: () => string | null): Promise<string | null> {
  const busy = owner();
  if (busy !== null) return busy;
  const [{ modelId }, releases] = await Promise.all([readView(db), listReleases(db)]);
  return lacks({ modelId, releases: releases.filter(({ state }) => state === 'published') });
}

/** The same for one request, which learns of no release that it does not see. */
export function lacks({ modelId, releases }: View): string | null {
  if (releases.length === 0) return 'no release is published';
  if (modelId === null) return 'no model is served';
  return null;
}
