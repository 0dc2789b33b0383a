import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { silent } from '../../src/domain/progress.js';
import type { StarId } from '../../src/domain/star.js';
import { type Agreement, agreement } from '../../src/science/groups/agreement.js';
import { type Finder, findGroups } from '../../src/science/groups/finder.js';
import { loadTrueAbundances } from '../../src/storage/abundance.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { openEmbedded } from '../../src/storage/embedded.js';
import { type GroupSelection, loadGroups } from '../../src/storage/starGroup.js';
import { readView, type View } from '../../src/storage/view.js';
import type { Measurement } from './measurement.js';
import { Stages } from './twins/stages.js';

/** 30 clusters among 10,000 field stars at SNR 100. Settings were chosen on the survey of seed 30,011. */
const survey = ['--clusters', '30', '--members', '8-40', '--field', '10000', '--seed', '30021', '--snr', '100'];
const RELEASE = 'clusters-test';
const methods = ['hdbscan', 'kmeans'] as const;
/** What the smaller model learns from: other stars than those of the survey. About 14,000 steps, where the model of the twins takes 29,000. */
const training = { pairs: '6000', seed: '150001', epochs: '300' };
/** Members of a cluster have the very same true abundances. */
const EXACT = 0.05;

/**
 * How well groups that are found agree with the clusters of a simulated survey, beside what the same finder makes of the true abundances, each in units of its scatter in the population. The model is that of
 * `npm run bench -- twins` where it was made (15,000 pairs, 250 epochs, an hour of one core), or a smaller one that is trained now.
 */
export async function bench(): Promise<Measurement[]> {
  const stages = await Stages.in('groups');
  await takeModel(stages);
  const run = (stage: string, args: readonly string[]) => stages.run(stage, args);
  const file = stages.path('clusters.h5');
  await run('simulate-clusters', ['simulate', ...survey, '--out', file]);
  await run('ingest-clusters', ['ingest', '--release', RELEASE, '--format', 'hdf5', file]);
  await run('publish-clusters', ['release', 'publish', RELEASE, '--force']);
  for (const method of methods) await run(`find-${method}`, ['groups', 'find', '--method', method]);
  const db = await openEmbedded(join(stages.path('archive'), 'postgres'));
  try {
    return await measure(db);
  } finally {
    await db.close();
  }
}

async function takeModel(stages: Stages): Promise<void> {
  const made = join(dirname(stages.folder), 'twins', 'archive-exact');
  const archive = stages.path('archive');
  if (existsSync(archive) && !existsSync(stages.path('training.h5'))) return;
  if (existsSync(made) && !existsSync(archive)) {
    process.stderr.write(`the model is that of ${made}\n`);
    await mkdir(stages.folder, { recursive: true });
    await cp(made, archive, { recursive: true, preserveTimestamps: true });
    return;
  }
  const file = stages.path('training.h5');
  const { pairs, seed, epochs } = training;
  await stages.run('simulate-training', ['simulate', '--pairs', pairs, '--seed', seed, '--snr', '100', '--out', file]);
  await stages.run('ingest-training', ['ingest', '--release', 'stars', '--format', 'hdf5', file]);
  await stages.run('train', [
    ...['train', '--release', 'stars', '--method', 'faderdis', '--preset', 'compact', '--parameters', 'teff,logg'],
    ...['--epochs', epochs, '--resume'],
  ]);
}

async function measure(db: Database): Promise<Measurement[]> {
  const view = await readView(db);
  const truth = await loadTrueAbundances(db, (await findRelease(db, RELEASE)).id);
  const ids = [...truth.keys()].sort();
  const born = await labelsOf(db, view, ids, { modelId: null, kind: 'truth' });
  return (
    await Promise.all(
      methods.map(async (method) => {
        const found = await labelsOf(db, view, ids, { modelId: view.modelId, method });
        const best = labelsIn(
          findGroups(whitened(ids.map((id) => truth.get(id) ?? {})), exactly(method), silent),
          ids.length,
        );
        return lines(method, agreement(born, found), agreement(born, best));
      }),
    )
  ).flat();
}

/** By star the number of its group among those selected; -1 for none. */
async function labelsOf(
  db: Database,
  view: View,
  ids: readonly StarId[],
  selection: GroupSelection,
): Promise<Int32Array> {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const groups = await loadGroups(db, view, { ...selection, stars: ids });
  return labelsIn(
    groups.map(({ asked }) => ({ members: asked.map((id) => rowOf.get(id) ?? -1) })),
    ids.length,
  );
}

function labelsIn(groups: readonly { readonly members: readonly number[] }[], rows: number): Int32Array {
  const labels = new Int32Array(rows).fill(-1);
  groups.forEach(({ members }, group) => {
    for (const row of members) labels[row] = group;
  });
  return labels;
}

/** Abundances less their mean, over their standard deviation. */
function whitened(stars: readonly Readonly<Record<string, number>>[]) {
  const elements = Object.keys(stars[0]).sort();
  const vectors = new Float32Array(stars.length * elements.length);
  elements.forEach((element, k) => {
    const values = stars.map((star) => star[element]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sigma = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    values.forEach((value, row) => {
      vectors[row * elements.length + k] = (value - mean) / sigma;
    });
  });
  return { vectors, rows: stars.length, width: elements.length };
}

function exactly(method: (typeof methods)[number]): Finder {
  const shared = { leastMembers: 8, reach: EXACT };
  return method === 'kmeans'
    ? { ...shared, method, cellStars: 40, seed: 1 }
    : { ...shared, method, mostMembers: 500, samples: 8 };
}

function lines(method: string, own: Agreement, bound: Agreement): Measurement[] {
  const line = (name: string, value: number, reference: number): Measurement => ({
    name: `groups by ${method}: ${name}`,
    value,
    unit: '',
    reference,
    ratio: value / reference,
    mark: null,
    met: null,
  });
  return [
    line('adjusted Rand index', own.adjustedRandIndex, bound.adjustedRandIndex),
    line('share of clusters recovered', own.recovered, bound.recovered),
    line('completeness of these', own.completeness, bound.completeness),
    line('purity of these', own.purity, bound.purity),
    { ...line('groups that are no cluster', own.spurious, bound.spurious), ratio: null },
  ];
}
