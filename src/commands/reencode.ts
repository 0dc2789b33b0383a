import { requestOf } from '../../workers/schedule.js';
import { type ReencodeSummary, reencode } from '../../workers/tasks/reencode.js';
import { NotReadyError } from '../domain/errors.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';

export const reencodeCommand: Command<{ readonly detach: boolean }> = {
  name: 'reencode',
  summary: 'do now what the schedule of the settings does by itself: read new files, encode, check, publish',
  archive: 'create',
  exclusive: true,
  declare: declareDetach,
  request: (_, { detach }) => ({ detach: detach === true }),
  async run(context, { detach }, course) {
    const { schedule } = context.config.settings;
    if (!schedule)
      throw new NotReadyError(
        'the settings have no schedule',
        `write one into ${context.config.environment.configFile}`,
      );
    const request = requestOf(schedule);
    if (detach) return runDetached(context, 'reencode', { ...request });
    const summary = await reencode(await context.workplace(), request, course);
    return { exitCode: summary.faults.length ? 1 : 0, text: describe(request.release, summary), data: summary };
  },
};

function describe(release: string, { files, stored, failed, faults, published }: ReencodeSummary): string {
  return [
    `${files} ${files === 1 ? 'file' : 'files'} new or changed, ${stored} spectra stored, ${failed} failed`,
    ...faults,
    published
      ? `release ${release} is published: revision ${published.release.revision}, ${published.encoded} spectra encoded now, under ${published.model}`
      : `release ${release}: nothing to publish`,
  ].join('\n');
}
