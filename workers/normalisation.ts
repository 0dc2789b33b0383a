import type { Settings } from '../src/config.js';
import type { Continuum, Spectrum, SpectrumRecord } from '../src/domain/spectrum.js';
import { normalise, passThrough } from '../src/science/continuum/continuum.js';

/** Removes the continuum as the settings say; a spectrum that came normalised only has its ivar capped. */
export function normaliseRecord(
  record: SpectrumRecord,
  settings: Settings,
): { spectrum: Spectrum; continuum: Continuum } {
  const shape = { order: settings.continuum.order, errorFloor: settings.ingest.errorFloor };
  return (record.normalised ? passThrough : normalise)(record.spectrum, record.grid, shape, record.source);
}
