import { checkSchedule } from '../../workers/schedule.js';
import type { Command } from './command.js';

export const configCommand: Command<Record<string, never>> = {
  name: 'config',
  summary: 'print every setting with its value, as the configuration file would hold it',
  archive: 'none',
  exclusive: false,
  declare: () => {},
  request: () => ({}),
  async run({ config: { settings } }) {
    checkSchedule(settings.schedule);
    const text = JSON.stringify(settings, null, 2);
    return { exitCode: 0, text, data: settings };
  },
};
