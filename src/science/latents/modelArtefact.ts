import { FileError } from '../../domain/errors.js';
import { readArtefact, writeArtefact } from '../artefact/artefact.js';
import type { Tensors } from '../artefact/tensors.js';
import type { Backend } from '../networks/backend.js';
import { representations } from '../representation/registry.js';
import { Misfit } from './map/misfit.js';
import { TwinMetric } from './metric/twinMetric.js';
import { artefactFault, methodOf, readDescription } from './modelDescription.js';
import type { ModelParts } from './modelParts.js';
import { LatentResidual } from './residual.js';
import { group, ungroup } from './tensorGroup.js';

/** Rises whenever an older reader would misread the artefact. */
const FORMAT = 'starkin-model-2';
/** Without what a maximum a posteriori estimate needs: such models decode, but encode no more. */
const OLDER_FORMAT = 'starkin-model-1';

/** A model in bytes. */
export function writeModel({
  description,
  grid,
  representation,
  networks,
  residual,
  misfit,
  metric,
}: ModelParts): Uint8Array {
  const tensors: Tensors = {
    'grid.wavelength': { shape: [grid.wavelength.length], values: grid.wavelength },
    ...group(methodOf(description).settings.representation, representation.toTensors()),
    ...group('networks', networks),
    ...group('residual', residual.toTensors()),
    ...(misfit && group('misfit', misfit.toTensors())),
    ...(metric && group('metric', metric.toTensors())),
  };
  return writeArtefact(tensors, {
    format: misfit ? FORMAT : OLDER_FORMAT,
    model: JSON.stringify(description),
  });
}

/** @returns the format, one that this version reads. @throws FileError for another */
export function requireFormat(format: string | undefined): string {
  if (format === FORMAT || format === OLDER_FORMAT) return format;
  const newer = /^starkin-model-\d+$/.test(format ?? '');
  throw new FileError(
    { file: 'model artefact', place: 'metadata, format', expected: FORMAT, found: format ?? 'nothing' },
    newer ? 'a newer version of Starkin made this model: upgrade this one, or promote a model of its own' : undefined,
  );
}

/** The parts of a stored model, loaded into the backend. @throws FileError where the bytes are not a model of this project */
export function readModel(backend: Backend, bytes: Uint8Array): ModelParts {
  const { tensors, metadata } = readArtefact(bytes);
  const older = requireFormat(metadata.format) === OLDER_FORMAT;
  const description = readDescription(metadata.model ?? '');
  const wavelength = tensors['grid.wavelength']?.values;
  if (!(wavelength instanceof Float64Array))
    throw artefactFault('grid.wavelength', 'wavelengths in 64-bit floats', 'none');
  const grid = { wavelength, chips: description.chips };
  const { method, settings } = methodOf(description);
  const representation = representations[settings.representation].fromTensors(
    ungroup(settings.representation, tensors),
  );
  const residual = LatentResidual.fromTensors(ungroup('residual', tensors), description.parameters.length);
  const networks = ungroup('networks', tensors);
  const misfit = older ? null : Misfit.fromTensors(ungroup('misfit', tensors), representation.size);
  const metric = older ? null : TwinMetric.fromTensors(ungroup('metric', tensors), residual.latentSize);
  const disentangler = method.load(backend, networks, settings);
  const parts = { description, grid, representation, networks, disentangler, residual, misfit, metric };
  try {
    requireAgreement(parts);
  } catch (error) {
    representation.dispose();
    disentangler.dispose();
    throw error;
  }
  return parts;
}

/** That the parts of an artefact belong together: each was only checked in itself. */
function requireAgreement({ description, grid, representation, disentangler, residual }: ModelParts): void {
  const { parameters, ranges } = description;
  if (ranges.length !== parameters.length)
    throw artefactFault('metadata, model.ranges', `${parameters.length} ranges`, `${ranges.length}`);
  if (representation.pixels !== grid.wavelength.length)
    throw artefactFault(
      'grid.wavelength',
      `${representation.pixels} pixels, as in the representation`,
      `${grid.wavelength.length}`,
    );
  if (residual.latentSize !== disentangler.latentSize)
    throw artefactFault(
      'residual.trend',
      `${disentangler.latentSize} latents, as in the networks`,
      `${residual.latentSize}`,
    );
}
