import { renewGroups } from '../../workers/tasks/findGroups.js';
import { renewProjections } from '../../workers/tasks/project.js';
import { promote } from '../../workers/tasks/promote.js';
import { renewSystematics } from '../../workers/tasks/systematics.js';
import type { Command } from './command.js';

export const promoteCommand: Command<{ readonly model: string }> = {
  name: 'promote',
  summary: 'make a model the one that the archive answers from',
  archive: 'existing',
  exclusive: true,
  declare: (declaration) =>
    void declaration.requiredOption('--model <id>', 'a model under which every published release is encoded'),
  request: (_, { model }) => ({ model: String(model) }),
  async run(context, { model }, course) {
    const place = await context.workplace();
    const { id } = await promote(place.db, model);
    await renewProjections(place, id, course);
    await renewGroups(place, id, course);
    await renewSystematics(place, id, course);
    return { exitCode: 0, text: `${id} is the served model now`, data: { model: id } };
  },
};
