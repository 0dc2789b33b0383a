import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { abundanceMethods } from '../../src/domain/abundance.js';
import { NotReadyError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease, listReleases } from '../../src/storage/dataRelease.js';
import { listModels } from '../../src/storage/model.js';
import { listRuns } from '../../src/storage/run.js';
import { recordRun } from '../recordedRun.js';
import { type RecoveryRow, storedRecovery } from '../storedRecovery.js';
import { encode } from './encode.js';
import { findGroups } from './findGroups.js';
import { ingest } from './ingest.js';
import { project } from './project.js';
import { publish } from './publish.js';
import { simulate } from './simulate.js';
import { renewSystematics } from './systematics.js';
import type { TaskCourse, Workplace } from './task.js';
import { train } from './train.js';
import { trainAbundances } from './trainAbundances.js';

/** The simulated survey of the demonstration, the clusters to be found in it, and the release of the real spectra beside it. */
const SIMULATED = 'demonstration';
const CLUSTERS = 'demonstration-clusters';
const REAL = 'apogee-sample';
const RELEASES: readonly string[] = [SIMULATED, CLUSTERS, REAL];
const SEED = 20210;
/** A cluster of 8 to 40 stars for so many of the survey. */
const STARS_PER_CLUSTER = 500;
/** The first is served; the second is the paper's baseline, to compare with. */
const METHODS = ['faderdis', 'polydis'] as const;

/** Its abundances come from what the simulation knows, both ways. */
const ABUNDANCES = { release: SIMULATED, labels: null, truth: true, methods: abundanceMethods.toReversed(), seed: 1 };

export interface DemonstrateRequest {
  /** Stars of the simulated survey; an odd one is left out, since they come in twins. */
  readonly stars: number;
  /** Folder of real apStar files to ingest beside it; skipped when it does not exist. */
  readonly realSpectra: string;
}

/**
 * Builds the demonstration archive: simulate, ingest, train, encode, train estimators of abundances, publish. Every step is idempotent, so that a build that was
 * stopped goes on where it was.
 * @returns the twin recovery of every model
 * @throws NotReadyError when the archive is neither empty nor holds a demonstration whose building was stopped
 */
export async function demonstrate(
  place: Workplace,
  request: DemonstrateRequest,
  course: TaskCourse,
): Promise<RecoveryRow[]> {
  const { db } = place;
  if (!(await demonstrationDue(db)))
    throw new NotReadyError(
      `the archive holds releases already: ${(await listReleases(db)).map(({ name }) => name).join(', ')}`,
      'build the demonstration in an empty folder: STARKIN_DATA=./demo npx starkin demo',
    );
  return recordRun(db, 'demo', { ...request }, course, async (course) => {
    await loadSurveys(place, request, course);
    const models: string[] = [];
    for (const method of METHODS) models.push(await trainOnce(place, method, course));
    const releases = (await listReleases(db)).filter(({ name }) => RELEASES.includes(name));
    for (const { name: release } of releases)
      for (const model of models) await encode(place, { release, model }, course);
    // What is made of all that is published is made once.
    const { projections, systematics: search } = place.settings;
    const later = {
      projections: { ...projections, afterPublish: false },
      systematics: { ...search, afterPublish: false },
    };
    // Of the model that is served.
    await trainAbundances(place, { ...ABUNDANCES, model: models[0] }, course);
    const publishing = { ...place, settings: { ...place.settings, ...later } };
    for (const { name, state } of releases)
      if (state === 'draft') await publish(publishing, { release: name, force: true }, course);
    await project(place, { model: null }, course);
    await renewSystematics(place, null, course);
    // Not by K-means: every star of the survey has a twin, which makes each of its cells denser than shuffled stars are.
    await findGroups(place, { model: null, method: 'hdbscan', minMembers: null, release: null }, course);
    const recovery = await storedRecovery(place, course);
    return { result: recovery, state: 'done', counts: { recovery } };
  });
}

/**
 * True when the archive is empty, or when a build of the demonstration was stopped in it and nothing else came in since: an archive
 * with a user's own release is served as it is.
 */
export async function demonstrationDue(db: Database): Promise<boolean> {
  const foreign = (await listReleases(db)).filter(({ name }) => !RELEASES.includes(name));
  if (foreign.length) return false;
  const builds = (await listRuns(db, 1000)).filter(({ kind }) => kind === 'demo');
  if (builds.length) return builds.every(({ state }) => state !== 'done');
  return (await listReleases(db)).length === 0;
}

async function loadSurveys(
  place: Workplace,
  { stars, realSpectra }: DemonstrateRequest,
  course: TaskCourse,
): Promise<void> {
  const folder = join(place.folder, 'demonstration');
  const pairs = Math.floor(stars / 2);
  const clusters = Math.max(1, Math.round(stars / STARS_PER_CLUSTER));
  const sets = [
    { release: CLUSTERS, seed: SEED + 1, stars: { clusters, members: [8, 40] as const, field: 0 } },
    { release: SIMULATED, seed: SEED, stars: { pairs } },
  ];
  for (const { release, ...survey } of sets) {
    if (await isIngested(place.db, release)) continue;
    const file = join(folder, `${release}-${survey.seed}-${stars}.h5`);
    await mkdir(folder, { recursive: true });
    const { snr } = place.settings.simulate;
    if (!existsSync(file)) await simulate(place.settings, { ...survey, out: file, snr }, course);
    await ingest(place, { release, format: 'hdf5', paths: [file], survey: null, visits: false }, course);
  }
  await rm(folder, { recursive: true, force: true });
  if (existsSync(realSpectra)) {
    const paths = (await readdir(realSpectra))
      .filter((name) => name.endsWith('.fits'))
      .map((name) => join(realSpectra, name));
    if (paths.length)
      await ingest(place, { release: REAL, format: 'apogee', paths, survey: null, visits: true }, course);
  }
}

async function isIngested(db: Database, release: string): Promise<boolean> {
  return (await listRuns(db, 1000)).some(
    ({ kind, state, input, releaseGone }) =>
      kind === 'ingest' && state === 'done' && input.release === release && !releaseGone,
  );
}

/** @returns the id of the demonstration's model of this method, trained now unless it is there */
async function trainOnce(place: Workplace, method: string, course: TaskCourse): Promise<string> {
  const { id } = await findRelease(place.db, SIMULATED);
  const models = await listModels(place.db);
  const trained = models.find((model) => model.method === method && model.trainedOnId === id);
  if (trained) return trained.id;
  const request = { release: SIMULATED, method, preset: 'compact', parameters: null, seed: null, settings: {} };
  return (await train(place, { ...request, resume: true }, course)).model;
}
