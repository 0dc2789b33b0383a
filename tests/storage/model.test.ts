import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError, FileError, NotFoundError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { findModel, listModels, loadArtefact, loadModels, type NewModel, storeModel } from '../../src/storage/model.js';
import { gridId } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('models in $name', ({ open }) => {
  let db: Database;
  let description: NewModel;
  /** Two full parts and a bit. */
  const artefact = Uint8Array.from({ length: 17_000_000 }, (_, i) => (i * 2654435761) >>> 13);

  beforeAll(async () => {
    db = await open();
    description = {
      method: 'faderdis',
      preset: 'compact',
      parameters: ['teff', 'logg'],
      gridId: await gridId(db),
      trainedOn: 'demo',
      trainedOnId: null,
      simulated: true,
      config: { seed: 1, nested: { lambda: 2 } },
      metrics: { leakage: 0.25 },
      history: [{ epoch: 1, loss: 3.5 }],
    };
  });
  afterAll(() => db.close());

  it('come back with their bytes, in parts of at most 8 MiB, and once only', async () => {
    const stored = await storeModel(db, description, artefact);
    expect(stored).toMatchObject(description);
    expect(stored.id).toBe(`faderdis-compact-${stored.checksum.slice(0, 8)}`);
    expect(await storeModel(db, { ...description, config: {} }, artefact)).toEqual(stored);
    expect(await findModel(db, stored.id)).toEqual(stored);
    expect(await loadModels(db, [stored.id, 'none'])).toEqual([stored]);
    expect(Buffer.compare(await loadArtefact(db, stored.id), artefact)).toBe(0);
    const parts = await db.query<{ bytes: number }>(
      'select length(content) as bytes from model_artefact order by part',
    );
    expect(parts.map(({ bytes }) => bytes)).toEqual([8 << 20, 8 << 20, artefact.length - (16 << 20)]);
    expect(await listModels(db)).toHaveLength(1);
  });

  it('are refused when a part is damaged or missing, naming it', async () => {
    const { id } = await storeModel(db, description, artefact);
    await db.query('update model_artefact set content = set_byte(content, 5, get_byte(content, 5) # 1) where part = 1');
    await expect(loadArtefact(db, id)).rejects.toThrow(FileError);
    await expect(loadArtefact(db, id)).rejects.toThrow(new RegExp(`${id}: part 1: expected sha256`));
    await db.query('delete from model_artefact where part = 1');
    await expect(loadArtefact(db, id)).rejects.toThrow(/part 1/);
    await expect(loadArtefact(db, 'none')).rejects.toThrow(NotFoundError);
  });

  it('of the same id but other bytes are a conflict', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const { id } = await storeModel(db, description, bytes);
    await db.query('update model set checksum = $2 where id = $1', [id, 'another']);
    await expect(storeModel(db, description, bytes)).rejects.toThrow(ConflictError);
  });
});
