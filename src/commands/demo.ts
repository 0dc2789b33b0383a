import { join } from 'node:path';
import { demonstrate } from '../../workers/tasks/demonstrate.js';
import { projectRoot } from '../config.js';
import type { Command } from './command.js';
import { recoveryTable } from './recoveryTable.js';

export const demoCommand: Command<Record<string, never>> = {
  name: 'demo',
  summary: 'build the demonstration: a simulated survey of twins and two real stars, encoded and published',
  archive: 'create',
  exclusive: true,
  declare: () => {},
  request: () => ({}),
  async run(context, _, course) {
    const request = {
      stars: context.config.environment.demoStars,
      realSpectra: join(projectRoot, 'tests', 'fixtures', 'apogee'),
    };
    const rows = await demonstrate(await context.workplace(), request, course);
    return { exitCode: 0, text: recoveryTable(rows), data: rows };
  },
};
