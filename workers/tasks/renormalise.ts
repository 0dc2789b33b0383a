import { ConflictError } from '../../src/domain/errors.js';
import type { WavelengthGrid } from '../../src/domain/wavelengthGrid.js';
import { CONTINUUM_VERSION, normalise, passThrough, restore } from '../../src/science/continuum/continuum.js';
import { ensureRelease, findRelease, type Release, setProprietary } from '../../src/storage/dataRelease.js';
import { ensurePartition } from '../../src/storage/latent.js';
import { copyGroups, copyStars } from '../../src/storage/releaseCopy.js';
import { type NewSpectrum, type StoredSpectrum, storeSpectra } from '../../src/storage/spectrum.js';
import { rangesOfStars, scanSpectra } from '../../src/storage/spectrumScan.js';
import { readView } from '../../src/storage/view.js';
import { loadGrid } from '../../src/storage/wavelengthGrid.js';
import { recordRun } from '../recordedRun.js';
import { caught, type IngestFailure } from '../releaseWriter.js';
import type { TaskCourse, Workplace } from './task.js';

export interface RenormaliseRequest {
  readonly release: string;
  /** The release to make or to go on with; a draft. */
  readonly into: string;
}

export interface RenormaliseSummary {
  /** Spectra normalised again, and those that were up to date: copied, with their latents. */
  readonly renormalised: number;
  readonly copied: number;
  readonly failed: readonly IngestFailure[];
}

/**
 * Makes a release anew by the continuum of this version: what is published never changes. Spectra of an older version are normalised again, from the flux that their
 * coefficients restore; the others are copied with their latents under the served model, so that a publication encodes what was touched and nothing else.
 * That of a proprietary release is proprietary.
 * @throws ConflictError when the new release was published already
 */
export async function renormalise(
  place: Workplace,
  request: RenormaliseRequest,
  course: TaskCourse,
): Promise<RenormaliseSummary> {
  const { db } = place;
  const from = await findRelease(db, request.release);
  return recordRun(db, 'renormalise', { ...request }, course, async (course) => {
    const into = await ensureRelease(db, request.into, from);
    if (into.state !== 'draft')
      throw new ConflictError(`release "${into.name}" is ${into.state} already`, 'name another one with --into');
    // Or its publication would open to all what was kept for some.
    if (from.proprietary) await setProprietary(db, into.id, true);
    const result = await new Renormalisation(place, from, into, course).perform();
    const { failed, ...counts } = result;
    return { result, state: failed.length ? 'partial' : 'done', counts: { ...counts, failed: failed.length } };
  });
}

class Renormalisation {
  private renormalised = 0;
  private copied = 0;
  private readonly failed: IngestFailure[] = [];
  private readonly grids = new Map<number, WavelengthGrid>();

  constructor(
    private readonly place: Workplace,
    private readonly from: Release,
    private readonly into: Release,
    private readonly course: TaskCourse,
  ) {}

  async perform(): Promise<RenormaliseSummary> {
    const { db, settings } = this.place;
    const { modelId } = await readView(db);
    if (modelId !== null) await ensurePartition(db, modelId);
    const ranges = await rangesOfStars(db, this.from.id, settings.ingest.batch);
    const total = ranges.reduce((sum, { spectra }) => sum + spectra, 0);
    let done = 0;
    for (const { spectra, ...range } of ranges) {
      this.course.signal.throwIfAborted();
      const rows = { from: this.from, into: this.into, range, continuumVersion: CONTINUUM_VERSION, modelId };
      this.copied += await copyStars(db, rows);
      const scan = { releaseId: this.from.id, visits: true, range, continuumBefore: CONTINUUM_VERSION };
      for await (const outdated of scanSpectra(db, { ...scan, batch: settings.ingest.batch }))
        await this.again(outdated);
      done += spectra;
      this.course.report({ stage: 'continuum', done, total, unit: 'spectra', detail: this.into.name });
    }
    await copyGroups(db, this.from, this.into);
    return { renormalised: this.renormalised, copied: this.copied, failed: this.failed };
  }

  private async again(outdated: readonly StoredSpectrum[]): Promise<void> {
    const rows: NewSpectrum[] = [];
    for (const stored of outdated) {
      const failure = await caught(stored.source, async () => {
        rows.push(await this.renew(stored));
      });
      if (failure) this.failed.push(failure);
    }
    if (rows.length) this.renormalised += (await storeSpectra(this.place.db, rows)).stored;
  }

  private async renew(stored: StoredSpectrum): Promise<NewSpectrum> {
    const { settings, db } = this.place;
    const { starId, visit, gridId, snr, checksum, source, properties } = stored;
    const grid = this.grids.get(gridId) ?? (await loadGrid(db, gridId));
    this.grids.set(gridId, grid);
    const shape = { order: settings.continuum.order, errorFloor: settings.ingest.errorFloor };
    const observed = restore(stored.spectrum, stored.continuum, grid);
    const work = stored.continuum.method === 'none' ? passThrough : normalise;
    const { spectrum, continuum } = work(observed, grid, shape, source);
    return { starId, visit, gridId, releaseId: this.into.id, spectrum, continuum, snr, checksum, source, properties };
  }
}
