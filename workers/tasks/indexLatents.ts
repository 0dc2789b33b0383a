import { buildLatentIndex, indexProgress, type LatentIndex } from '../../src/storage/latentIndex.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

/** How often the database is asked how far it is. */
const LOOK_EVERY_MS = 1000;

/** Makes the index that a search of a model's latents uses when they are many; nothing happens when it is there, or when they are few. */
export async function indexLatents(place: Workplace, model: string, course: TaskCourse): Promise<LatentIndex> {
  const { db, settings } = place;
  return recordRun(db, 'index', { model }, course, async ({ report }) => {
    // An embedded database answers nothing meanwhile: it is one connection.
    const look = async () => {
      const progress = db.kind === 'server' ? await indexProgress(db, model) : null;
      if (progress) report({ stage: 'index', ...progress, unit: 'blocks', detail: model });
    };
    const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS);
    try {
      const result = await buildLatentIndex(db, model, settings.index.minimumRows);
      return { result, state: 'done', counts: { ...result } };
    } finally {
      clearInterval(timer);
    }
  });
}
