import type { EncodedBatch, ModelSource, NoisierViews, ReferenceSet } from '../../src/compute/compute.js';
import type { StarId } from '../../src/domain/star.js';
import { joinLatents, type LatentBatch, pickLatents } from '../../src/science/abundances/latentBatch.js';
import { makeNoisier } from '../../src/science/abundances/noisierSpectrum.js';
import { splitReference } from '../../src/science/abundances/referenceSet.js';
import { planViews } from '../../src/science/abundances/views.js';
import { Random } from '../../src/science/networks/random.js';
import type { Release } from '../../src/storage/dataRelease.js';
import { loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { loadSpectra, type StoredSpectrum } from '../../src/storage/spectrum.js';
import { alikeGrids } from '../../src/storage/wavelengthGrid.js';
import { toBatch } from '../spectrumBatch.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';

/** Tells this stream of random numbers from others of the same seed. */
const NOISE = 0x9015e;

export interface ViewedReference {
  readonly set: ReferenceSet;
  /** By row of the set. */
  readonly ids: readonly StarId[];
}

/**
 * The stars that will calibrate errors, each as some noisier spectra of it show it: noise is added to its spectrum, which is encoded again. Latents that are thinned instead lack what
 * noise makes of the fit itself, and intervals calibrated on them were up to 9 points too narrow or too wide.
 * @returns null where the settings want none
 */
export async function encodeNoisier(
  place: Workplace,
  { release, model }: { readonly release: Release; readonly model: StoredModel },
  { set, ids }: ViewedReference,
  seed: number,
  course: TaskCourse,
): Promise<NoisierViews | undefined> {
  const { abundances, encode } = place.settings;
  if (abundances.views === 0) return undefined;
  const { calibration } = splitReference(set, seed);
  const plan = planViews(set, calibration, abundances.views, seed);
  const source: ModelSource = { id: model.id, load: () => loadArtefact(place.db, model.id) };
  // As whoever is told of the release sees it, what it has staged too.
  const view = { modelId: model.id, releases: [{ ...release, revision: release.latest + 1 }] };
  const grids = await alikeGrids(place.db, model.gridId);
  const made: { views: number[]; latents: LatentBatch }[] = [];
  const stars = Math.max(1, Math.floor(encode.batch / abundances.views));
  for (let start = 0; start < calibration.length; start += stars) {
    course.signal.throwIfAborted();
    const places = Array.from(calibration.keys()).slice(start, start + stars);
    const spectra = await loadSpectra(
      place.db,
      view,
      places.map((at) => ids[calibration[at]]),
    );
    const views = places.flatMap((at) =>
      Array.from({ length: abundances.views }, (_, draw) => draw * calibration.length + at).filter((view) =>
        grids.has(spectra.get(ids[plan.row[view]])?.gridId ?? -1),
      ),
    );
    if (!views.length) continue;
    const noisier = views.map((view) =>
      noisierSpectrum(
        spectra.get(ids[plan.row[view]]) as StoredSpectrum,
        plan.share[view],
        new Random(seed, NOISE, view),
      ),
    );
    const encoded = await place.compute.encode(source, toBatch(noisier), encode);
    const kept = views.map((_, i) => i).filter((i) => encoded.reasons[i] === null);
    made.push({ views: kept.map((i) => views[i]), latents: pickLatents(toLatents(encoded), kept) });
    const done = Math.min(calibration.length, start + stars);
    course.report({ stage: 'noisier spectra', done, total: calibration.length, unit: 'stars', detail: model.id });
  }
  const views = made.flatMap(({ views }) => views);
  return {
    row: Int32Array.from(views, (view) => plan.row[view]),
    share: Float64Array.from(views, (view) => plan.share[view]),
    latents: joinLatents(made.map(({ latents }) => latents)),
  };
}

function noisierSpectrum({ spectrum, parameters }: StoredSpectrum, share: number, random: Random) {
  const [flux, ivar] = [spectrum.flux.slice(), spectrum.ivar.slice()];
  makeNoisier(flux, ivar, share, random);
  return { spectrum: { flux, ivar }, parameters };
}

function toLatents(encoded: EncodedBatch): LatentBatch {
  const { refined, refinedCovariance, reasons } = encoded;
  return {
    ...encoded,
    rows: reasons.length,
    refined: Float32Array.from(refined),
    refinedCovariance: Float32Array.from(refinedCovariance),
  };
}
