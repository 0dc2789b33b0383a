import { type ProjectRequest, type ProjectSummary, project } from '../../workers/tasks/project.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';

export const projectionsCommand: Command<ProjectRequest & { readonly detach: boolean }> = {
  name: 'projections',
  summary: 'lay the published stars out in two planes, by PCA and UMAP of latent space, for the map of the archive',
  archive: 'existing',
  exclusive: true,
  declare(declaration) {
    declaration.option('--model <id>', 'the model whose latent space it is (default: the served one)');
    declareDetach(declaration);
  },
  request: (_, { model, detach }) => ({
    model: model === undefined ? null : String(model),
    detach: detach === true,
  }),
  async run(context, { detach, ...request }, course) {
    if (detach) return runDetached(context, 'projections', request);
    const summary = await project(await context.workplace(), request, course);
    return { exitCode: 0, text: describe(summary), data: summary };
  },
};

function describe({ model, releases, stars, computed, already }: ProjectSummary): string {
  return [
    `${stars} stars of ${releases.join(', ')} under ${model}`,
    ...computed.map((kind) => `  ${kind}: computed`),
    ...already.map((kind) => `  ${kind}: is there already, of the same stars and settings`),
  ].join('\n');
}
