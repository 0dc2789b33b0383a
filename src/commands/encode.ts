import { type EncodeRequest, encode } from '../../workers/tasks/encode.js';
import { readName } from './argument.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';

type Request = EncodeRequest & { readonly detach: boolean };

export const encodeCommand: Command<Request> = {
  name: 'encode',
  summary: 'encode every spectrum of a release that is not encoded yet, and print the model’s id',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'the release')
      .option('--model <id>', 'the model (default: the served one)');
    declareDetach(declaration);
  },
  request(_, { release, model, detach }) {
    return {
      release: readName('--release', release),
      model: model === undefined ? null : String(model),
      detach: detach === true,
    };
  },
  async run(context, { detach, ...request }, course) {
    if (detach) return runDetached(context, 'encode', request);
    const summary = await encode(await context.workplace(), request, course);
    const lines = [
      summary.model,
      `release ${summary.release}: ${summary.encoded} spectra encoded, ${summary.already} were already`,
    ];
    for (const [reason, count] of Object.entries(summary.withoutLatent))
      lines.push(`  ${count} without a latent: ${reason}`);
    if (summary.promoted) lines.push('it is the served model now');
    return { exitCode: 0, text: lines.join('\n'), data: summary };
  },
};
