import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { Database } from './database.js';
import { loadGrid } from './wavelengthGrid.js';

/** Wavelength grids by id, kept for good: they are few, immutable, and every spectrum needs one. */
export class GridCache {
  private readonly grids = new Map<number, Promise<WavelengthGrid>>();

  /** @param note is told of every look into the cache */
  constructor(
    private readonly db: Database,
    private readonly note: (result: 'hit' | 'miss') => void = () => {},
  ) {}

  load(id: number): Promise<WavelengthGrid> {
    const known = this.grids.get(id);
    this.note(known ? 'hit' : 'miss');
    if (known) return known;
    const grid = loadGrid(this.db, id);
    this.grids.set(id, grid);
    grid.catch(() => this.grids.delete(id));
    return grid;
  }
}
