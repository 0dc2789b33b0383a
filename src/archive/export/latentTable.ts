import { NotFoundError, NotReadyError } from '../../domain/errors.js';
import type { Database } from '../../storage/database.js';
import type { Release } from '../../storage/dataRelease.js';
import {
  type ExportedLatent,
  type LatentTableShape,
  latentTableShape,
  scanExportedLatents,
} from '../../storage/exportedLatents.js';
import { loadVisibleModels } from '../../storage/model.js';
import type { View } from '../../storage/view.js';
import type { Filled } from '../table/column.js';
import type { ExportTable } from './exportTable.js';
import { starKey } from './identityColumns.js';

/**
 * What a model makes of a release's combined spectra.
 * @param named the model; the served one where null
 * @throws NotReadyError where no model is served, NotFoundError for one that the reader does not see
 */
export async function latentTable(
  db: Database,
  view: View,
  release: Release,
  named: string | null,
  batch: number,
): Promise<ExportTable> {
  const modelId = await exportedModel(db, view, named);
  const shape = await latentTableShape(db, release, modelId);
  const columns = latentColumns(shape);
  return {
    description: {
      name: 'latents',
      description: `Latents of the combined spectra of release ${release.name} under ${modelId}`,
      columns,
      rows: shape.rows,
      facts: { release: release.name, revision: String(release.revision), model: modelId },
    },
    async *rows() {
      for await (const latents of scanExportedLatents(db, release, modelId, batch))
        yield latents.map((latent) => columns.map(({ value }) => value(latent)));
    },
  };
}

/** The model whose latents are asked for. @throws as latentTable does */
export async function exportedModel(db: Database, view: View, named: string | null): Promise<string> {
  const modelId = named ?? view.modelId;
  if (modelId === null)
    throw new NotReadyError('no model is served yet: there are no latents', 'npx starkin train --release R');
  const [model] = await loadVisibleModels(db, view, [modelId]);
  if (!model) throw new NotFoundError('model', modelId);
  return modelId;
}

function latentColumns({ idBytes, reasonBytes, ...lengths }: LatentTableShape): Filled<ExportedLatent>[] {
  const vectors = [
    { name: 'z', description: 'What the decoder takes' },
    { name: 'searched', description: 'Euclidean distances between these are the distances of twins' },
    { name: 'residual', description: 'Maximum a posteriori residual latent' },
  ] as const;
  return [
    starKey(idBytes),
    {
      name: 'extrapolated',
      type: 'boolean',
      ucd: 'meta.code',
      description: 'Parameters outside the range that the model was trained on',
      value: ({ extrapolated }) => extrapolated,
    },
    {
      name: 'reason',
      type: 'text',
      size: reasonBytes,
      ucd: 'meta.note',
      description: 'Why there is no latent',
      value: ({ reason }) => reason,
    },
    // A model of an earlier version has no residuals: a list of no numbers is a column of no format.
    ...vectors
      .filter(({ name }) => lengths[name] > 0)
      .map(
        ({ name, description }): Filled<ExportedLatent> => ({
          name,
          type: 'floats',
          size: lengths[name],
          description,
          value: (latent) => latent[name],
        }),
      ),
  ];
}
