import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Tensors } from '../artefact/tensors.js';
import type { Disentangler } from '../models/method.js';
import type { Representation } from '../representation/representation.js';
import type { Misfit } from './map/misfit.js';
import type { TwinMetric } from './metric/twinMetric.js';
import type { ModelDescription } from './modelDescription.js';
import type { LatentResidual } from './residual.js';

/** What a model consists of. */
export interface ModelParts {
  readonly description: ModelDescription;
  readonly grid: WavelengthGrid;
  readonly representation: Representation;
  /** The disentangler's numbers as they were trained: what the artefact keeps. */
  readonly networks: Tensors;
  readonly disentangler: Disentangler;
  readonly residual: LatentResidual;
  /** Null in a model that an older version trained. */
  readonly misfit: Misfit | null;
  /** Null likewise. */
  readonly metric: TwinMetric | null;
}
