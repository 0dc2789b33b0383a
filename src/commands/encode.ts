import { type EncodeRequest, encode } from '../../workers/tasks/encode.js';
import { readName } from './argument.js';
import type { Command } from './command.js';

export const encodeCommand: Command<EncodeRequest> = {
  name: 'encode',
  summary: 'encode every spectrum of a release that is not encoded yet, and print the model’s id',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'the release')
      .option('--model <id>', 'the model (default: the served one)');
  },
  request(_, { release, model }) {
    return { release: readName('--release', release), model: model === undefined ? null : String(model) };
  },
  async run(context, request, course) {
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
