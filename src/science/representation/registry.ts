import type { Report } from '../../domain/progress.js';
import type { Tensors } from '../artefact/tensors.js';
import { fitBasis, type RowSource, SpectralBasis } from '../basis/spectralBasis.js';
import type { Backend } from '../networks/backend.js';
import { PixelRepresentation } from '../pixels/pixelRepresentation.js';
import type { Representation } from './representation.js';
import type { RepresentationName } from './sampleSettings.js';

/** A representation before it has seen a spectrum. */
interface RepresentationKind {
  /** Learns it from training spectra. @throws TrainingError (too few spectra, no good pixel), and what the signal aborts with */
  fit(backend: Backend, source: RowSource, seed: number, report: Report, signal: AbortSignal): Promise<Representation>;
  /** @throws FileError where a tensor is missing or misshapen */
  fromTensors(tensors: Tensors): Representation;
}

/** Everything that a preset can work on. A model's artefact keeps the tensors under the same name. */
export const representations: Readonly<Record<RepresentationName, RepresentationKind>> = {
  basis: {
    fit: (backend, source, seed, report, signal) => fitBasis(backend, source, { seed }, report, signal),
    fromTensors: (tensors) => SpectralBasis.fromTensors(tensors),
  },
  pixels: {
    fit: (_backend, source, _seed, report, signal) => {
      let done = 0;
      return PixelRepresentation.fit(source, (rows) => {
        signal.throwIfAborted();
        done += rows;
        report({ stage: 'pixels', done, total: source.rows, unit: 'spectra' });
      });
    },
    fromTensors: (tensors) => PixelRepresentation.fromTensors(tensors),
  },
};
