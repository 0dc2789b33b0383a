import { type RenormaliseRequest, renormalise } from '../../workers/tasks/renormalise.js';
import { readName } from './argument.js';
import type { Command } from './command.js';

export const renormaliseCommand: Command<RenormaliseRequest> = {
  name: 'renormalise',
  summary: 'make a release anew by the continuum of this version; what it does not touch is copied with its latents',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'the release whose spectra to take')
      .requiredOption('--into <name>', 'the new release, a draft until it is published');
  },
  request: (_, { release, into }) => ({ release: readName('--release', release), into: readName('--into', into) }),
  async run(context, request, course) {
    const summary = await renormalise(await context.workplace(), request, course);
    const { renormalised, copied, failed } = summary;
    const lines = [
      `release ${request.into}: ${renormalised} spectra normalised again, ${copied} copied as they were, ${failed.length} failed`,
      ...failed.slice(0, 20).map(({ code, message }) => `  ${code} ${message}`),
      `to show it: npx starkin release publish ${request.into}`,
    ];
    return { exitCode: failed.length === 0 ? 0 : 1, text: lines.join('\n'), data: summary };
  },
};
