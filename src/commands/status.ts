import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../storage/database.js';
import { listReleases } from '../storage/dataRelease.js';
import { countLatents } from '../storage/latent.js';
import { listModels } from '../storage/model.js';
import { listRuns, type Run } from '../storage/run.js';
import { countSpectra } from '../storage/spectrumScan.js';
import { readView } from '../storage/view.js';
import type { Activity, Command } from './command.js';
import { listNotMade } from './notMade.js';
import { SCREEN } from './progressDisplay.js';
import { table } from './table.js';

/** Ended runs that are shown below those that have not. */
const ENDED_SHOWN = 10;
/** Unended runs at most. */
const UNENDED_SHOWN = 100;
const RENEW_EVERY_MS = 1000;

export const statusCommand: Command<{ readonly watch: boolean }> = {
  name: 'status',
  summary: 'what the archive holds, what it serves, what runs, how far and how fast',
  archive: 'existing',
  exclusive: false,
  declare: (declaration) => void declaration.option('--watch', 'renew it every second until Ctrl-C', false),
  request: (_, { watch }) => ({ watch: watch === true }),
  async run(context, { watch }, course) {
    const { db } = await context.workplace();
    // Shown by way of progress, so that it crosses to the terminal from the process that owns the archive.
    while (watch && !course.signal.aborted) {
      const text = describeStatus(await readStatus(db, context.activity()));
      course.report({ stage: SCREEN, done: 0, total: 0, unit: '', detail: text });
      await delay(RENEW_EVERY_MS, undefined, { signal: course.signal }).catch(() => {});
    }
    const data = await readStatus(db, context.activity());
    return { exitCode: 0, text: describeStatus(data), data };
  },
};

type Status = Awaited<ReturnType<typeof readStatus>>;

async function readStatus(db: Database, activity: Activity | null) {
  const view = await readView(db);
  const { modelId: served } = view;
  const releases = await Promise.all(
    (await listReleases(db)).map(async (release) => ({
      ...release,
      spectra: await countSpectra(db, release.id),
      encoded: served ? await countLatents(db, served, release.id) : 0,
    })),
  );
  const models = (await listModels(db)).map(({ id, trainedOn, trainedOnId, metrics, createdAt }) => ({
    id,
    trainedOn,
    trainedOnDiscarded: trainedOnId === null,
    metrics,
    createdAt,
    served: id === served,
  }));
  const unended = await listRuns(db, UNENDED_SHOWN, { unended: true });
  const ended = (await listRuns(db, UNENDED_SHOWN + ENDED_SHOWN)).filter(({ endedAt }) => endedAt);
  const visible = releases.filter(({ name }) => view.releases.some((each) => each.name === name));
  const notMade = await listNotMade(db, view, visible);
  return { served, releases, models, notMade, activity, runs: [...unended, ...ended.slice(0, ENDED_SHOWN)] };
}

function describeStatus({ releases, models, notMade, runs, activity }: Status): string {
  return [
    table(
      ['release', 'state', 'spectra', 'encoded'],
      releases.map(({ name, state, spectra, encoded }) => [name, state, String(spectra), String(encoded)]),
    ),
    table(
      ['model', 'trained on', 'served'],
      models.map(({ id, trainedOn, trainedOnDiscarded, served }) => [
        id,
        trainedOnDiscarded ? `${trainedOn} (thrown away)` : trainedOn,
        served ? 'yes' : '',
      ]),
    ),
    notMade.length
      ? table(
          ['not made yet', 'by'],
          notMade.map(({ what, command }) => [what, command]),
        )
      : '',
    table(['run', 'of', 'what', 'release', 'state', 'progress', 'per s', 'started', 'took', ''], runs.map(rowOf)),
    activity
      ? `running: ${describeActivity(activity)}`
      : runs.some(({ endedAt }) => !endedAt)
        ? ''
        : 'nothing is running',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function rowOf(run: Run): string[] {
  const { id, parentId, kind, input, state, progress, startedAt, endedAt, error } = run;
  const { done = 0, total = 0, unit = '', stage = '', rate = null } = progress ?? {};
  const share = total
    ? `${stage} ${done}/${total} ${unit} ${Math.floor((100 * done) / total)} %`
    : `${stage} ${done || ''} ${unit}`;
  return [
    String(id),
    parentId === null ? '' : String(parentId),
    kind,
    typeof input.release === 'string' ? input.release : '',
    state,
    progress ? share.trim() : '',
    rate && !endedAt ? rate.toFixed(rate < 10 ? 1 : 0) : '',
    startedAt.toISOString().slice(0, 19).replace('T', ' '),
    state === 'queued' ? '' : duration(((endedAt ?? new Date()).getTime() - startedAt.getTime()) / 1000),
    error?.split('\n')[0].slice(0, 100) ?? '',
  ];
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(0)} s`;
  if (seconds < 3600) return `${(seconds / 60).toFixed(0)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function describeActivity({ command, since, stage, done, total, unit }: Activity): string {
  const progress = total ? `${done} of ${total} ${unit}` : `${done} ${unit}`;
  return `${command} since ${since.toISOString()}, ${stage} ${progress}`;
}
