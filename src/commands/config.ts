import type { Command } from './command.js';

export const configCommand: Command<Record<string, never>> = {
  name: 'config',
  summary: 'print every setting with its value, as the configuration file would hold it',
  archive: 'none',
  exclusive: false,
  declare: () => {},
  request: () => ({}),
  async run({ config: { environment, settings } }) {
    const text = `settings of ${environment.configFile}, with the defaults of those that it leaves out:\n${JSON.stringify(settings, null, 2)}`;
    return { exitCode: 0, text, data: settings };
  },
};
