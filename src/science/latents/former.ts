import { readArtefact } from '../artefact/artefact.js';
import type { Tensors } from '../artefact/tensors.js';
import { representations } from '../representation/registry.js';
import type { Representation } from '../representation/representation.js';
import { requireFormat } from './modelArtefact.js';
import { artefactFault, methodOf, readDescription } from './modelDescription.js';
import type { ModelPlan } from './modelDesign.js';
import type { ParameterRange } from './parameterScaler.js';
import { ungroup } from './tensorGroup.js';

/** What a training takes over of a trained model whose weights it goes on from: they mean something on its x and its u alone. */
export interface Former {
  readonly representation: Representation;
  /** What u = ±1 stands for. */
  readonly ranges: readonly ParameterRange[];
  readonly networks: Tensors;
}

/** @throws FileError where the bytes are not a model, or not one that the plan can go on from */
export function readFormer(bytes: Uint8Array, { design, settings }: ModelPlan): Former {
  const { tensors, metadata } = readArtefact(bytes);
  requireFormat(metadata.format);
  const description = readDescription(metadata.model ?? '');
  const { representation: name } = methodOf(description).settings;
  requireSame('method', design.method, description.method);
  requireSame('parameters', design.parameters.join(', '), description.parameters.join(', '));
  requireSame('settings.representation', settings.representation, name);
  const representation = representations[name].fromTensors(ungroup(name, tensors));
  requireSame('representation', `${design.grid.wavelength.length} pixels`, `${representation.pixels} pixels`);
  return { representation, ranges: description.ranges, networks: ungroup('networks', tensors) };
}

function requireSame(place: string, expected: string, found: string): void {
  if (expected !== found) throw artefactFault(`metadata, model.${place}`, expected, found);
}
