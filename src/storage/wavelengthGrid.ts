import { createHash } from 'node:crypto';
import { NotFoundError } from '../domain/errors.js';
import { type PixelRange, sameGrid, type WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { Database } from './database.js';
import { bytesToFloat64, float64ToBytes } from './littleEndian.js';

interface GridRow {
  id: number;
  wavelength: Uint8Array;
  chips: PixelRange[];
}

/**
 * The id of a grid, stored now unless it is there, to the last bit: grids that are the same but for rounding (sameGrid) have rows of their own, or a release would show the
 * wavelengths of another one, which may be hidden. `alikeGrids` tells which are the same.
 */
export async function ensureGrid(db: Database, grid: WavelengthGrid): Promise<number> {
  const pixels = grid.wavelength.length;
  const wavelength = float64ToBytes(grid.wavelength);
  const sha256 = createHash('sha256').update(wavelength).digest('hex');
  const [row] = await db.query<{ id: number }>(
    `insert into wavelength_grid (pixels, wavelength, chips, sha256) values ($1, $2, $3, $4)
     on conflict (sha256) do update set sha256 = excluded.sha256 returning id`,
    [pixels, wavelength, JSON.stringify(grid.chips), sha256],
  );
  return row.id;
}

/** The ids of all grids that are the same as this one (sameGrid), itself among them. @throws NotFoundError */
export async function alikeGrids(db: Database, id: number): Promise<ReadonlySet<number>> {
  const grid = await loadGrid(db, id);
  const rows = await db.query<GridRow>('select id, wavelength, chips from wavelength_grid where pixels = $1', [
    grid.wavelength.length,
  ]);
  return new Set(rows.filter((row) => sameGrid(toGrid(row), grid)).map((row) => row.id));
}

/** @throws NotFoundError */
export async function loadGrid(db: Database, id: number): Promise<WavelengthGrid> {
  const [row] = await db.query<GridRow>('select id, wavelength, chips from wavelength_grid where id = $1', [id]);
  if (!row) throw new NotFoundError('wavelength grid', String(id));
  return toGrid(row);
}

function toGrid(row: GridRow): WavelengthGrid {
  return { wavelength: bytesToFloat64(row.wavelength), chips: row.chips };
}
