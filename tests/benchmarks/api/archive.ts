import type { Database } from '../../../src/storage/database.js';
import { buildLatentIndex } from '../../../src/storage/latentIndex.js';
import { readView } from '../../../src/storage/view.js';
import { fillLargeArchive } from '../largeArchive.js';

/** Standard deviation by which copies of a star differ along each latent: the searched vectors are in units of the difference between spectra of one chemistry. */
const SCATTER = 4;
/** As many as the methods with networks make; these spectra would have 27, and a comparison would take twice as long. */
const LATENTS = 20;

/** A published archive of so many stars with parameters, abundances and an index; every star has its own chemistry. @returns the served model */
export async function fillIndexedArchive(db: Database, folder: string, stars: number): Promise<string> {
  await fillLargeArchive(db, folder, stars, { abundances: true, components: LATENTS });
  const { modelId } = await readView(db);
  if (modelId === null) throw new Error('the archive serves no model');
  // The copies of a star are in one place, where an index has nothing to tell apart.
  await db.transaction(async (tx) => {
    await tx.query('select setseed(.5)');
    await tx.query(
      `update latent as l set searched = (
         select array_agg(x + $2 * random_normal() order by i) from unnest(l.searched::real[]) with ordinality as component(x, i))::vector
       where model_id = $1 and searched is not null and star_id like '%:copy-%'`,
      [modelId, SCATTER],
    );
  });
  await db.query('vacuum analyze latent');
  await buildLatentIndex(db, modelId, 1);
  return modelId;
}
