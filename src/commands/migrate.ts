import { migrate } from '../storage/migrations.js';
import type { Command } from './command.js';

export const migrateCommand: Command<Record<string, never>> = {
  name: 'migrate',
  summary: 'bring the archive’s tables up to date (an embedded archive does this by itself)',
  archive: 'create',
  exclusive: true,
  declare: () => {},
  request: () => ({}),
  async run(context) {
    const { db } = await context.workplace();
    const applied = await migrate(db);
    return {
      exitCode: 0,
      text: applied.length ? `applied ${applied.join(', ')}` : 'the tables are up to date',
      data: { applied },
    };
  },
};
