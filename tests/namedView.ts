import type { Database } from '../src/storage/database.js';
import { findRelease } from '../src/storage/dataRelease.js';
import { readView, type View } from '../src/storage/view.js';

/** What a request sees whose token names these releases. */
export async function viewNaming(db: Database, ...names: readonly string[]): Promise<View> {
  return readView(db, await Promise.all(names.map(async (name) => (await findRelease(db, name)).id)));
}
