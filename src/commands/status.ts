import { listReleases } from '../storage/dataRelease.js';
import { countLatents } from '../storage/latent.js';
import { listModels } from '../storage/model.js';
import { listRuns } from '../storage/run.js';
import { countSpectra } from '../storage/spectrum.js';
import { readView } from '../storage/view.js';
import type { Activity, Command } from './command.js';
import { table } from './table.js';

const RUNS_SHOWN = 5;

export const statusCommand: Command<Record<string, never>> = {
  name: 'status',
  summary: 'what the archive holds, what it serves, what runs',
  archive: 'existing',
  exclusive: false,
  declare: () => {},
  request: () => ({}),
  async run(context) {
    const { db } = await context.workplace();
    const { modelId: served } = await readView(db);
    const releases = await Promise.all(
      (await listReleases(db)).map(async (release) => ({
        ...release,
        spectra: await countSpectra(db, release.id),
        encoded: served ? await countLatents(db, served, release.id) : 0,
      })),
    );
    const models = (await listModels(db)).map(({ id, trainedOn, metrics, createdAt }) => ({
      id,
      trainedOn,
      metrics,
      createdAt,
      served: id === served,
    }));
    const activity = context.activity();
    const data = { served, releases, models, activity, runs: await listRuns(db, RUNS_SHOWN) };
    const text = [
      table(
        ['release', 'state', 'spectra', 'encoded'],
        releases.map(({ name, state, spectra, encoded }) => [name, state, String(spectra), String(encoded)]),
      ),
      table(
        ['model', 'trained on', 'served'],
        models.map(({ id, trainedOn, served }) => [id, trainedOn, served ? 'yes' : '']),
      ),
      table(
        ['run', 'state', 'started'],
        data.runs.map(({ kind, state, startedAt }) => [kind, state, startedAt.toISOString()]),
      ),
      activity ? `running: ${describe(activity)}` : 'nothing is running',
    ];
    return { exitCode: 0, text: text.join('\n\n'), data };
  },
};

function describe({ command, since, stage, done, total, unit }: Activity): string {
  const progress = total ? `${done} of ${total} ${unit}` : `${done} ${unit}`;
  return `${command} since ${since.toISOString()}, ${stage} ${progress}`;
}
