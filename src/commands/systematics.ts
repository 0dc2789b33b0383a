import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type SystematicsRequest, systematics } from '../../workers/tasks/systematics.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';
import { systematicsPage, systematicsText } from './systematicsTables.js';

type Request = SystematicsRequest & { readonly out: string | null; readonly detach: boolean };

export const systematicsCommand: Command<Request> = {
  name: 'systematics',
  summary:
    'look in the published stars for what latents and abundances follow that they should not: temperature, gravity, fibre, field and others',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .option('--model <id>', 'the model whose latents they are (default: the served one)')
      .option('--out <folder>', 'write systematics.json and systematics.html there');
    declareDetach(declaration);
  },
  request: (_, { model, out, detach }) => ({
    model: model === undefined ? null : String(model),
    out: out === undefined ? null : resolve(String(out)),
    detach: detach === true,
  }),
  async run(context, { detach, out, ...request }, course) {
    if (detach) return runDetached(context, 'systematics', request);
    if (out) await mkdir(out, { recursive: true });
    const summary = await systematics(await context.workplace(), request, course);
    if (out) {
      await writeFile(join(out, 'systematics.json'), `${JSON.stringify(summary, null, 1)}\n`);
      await writeFile(join(out, 'systematics.html'), systematicsPage(summary));
    }
    const written = out ? `\n\nwritten: ${join(out, 'systematics.json')}, systematics.html` : '';
    return { exitCode: 0, text: systematicsText(summary) + written, data: summary };
  },
};
