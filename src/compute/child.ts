import { AbundanceEstimator } from '../science/abundances/estimator.js';
import type { EncodeLimits } from '../science/latents/encodedLatents.js';
import { LatentModel } from '../science/latents/latentModel.js';
import { readMetric } from '../science/latents/metric/metricArtefact.js';
import { type Backend, loadBackend } from '../science/networks/backend.js';
import { standardise } from '../science/resampling/standardise.js';
import { trainAbundances } from './abundanceTraining.js';
import { compareBy, rankBy } from './comparison.js';
import type { EncodedBatch, SpectrumBatch, StoredBatch } from './compute.js';
import { toFault } from './fault.js';
import type { Call, CallName, ChildOptions, Message, Output, Reply } from './protocol.js';
import { StoredPixels } from './storedPixels.js';
import { throttled } from './throttle.js';
import { checkRequest, prepare, train, tryLambda } from './training.js';
import { WeighedStars } from './weighedStars.js';

/**
 * The program of a child process: it owns TensorFlow, answers the parent's calls in their order, and goes when the parent does.
 * TensorFlow is loaded when the first call needs it.
 */
const options = JSON.parse(process.argv[2]) as ChildOptions;
process.title = 'starkin compute';
// Read by TensorFlow's C++ library when it loads, which is later. Its own log would break into the parent's progress bars.
process.env.TF_CPP_MIN_LOG_LEVEL = '3';
// The children of a pool share a graphics card.
process.env.TF_FORCE_GPU_ALLOW_GROWTH = 'true';
if (options.threads !== null) process.env.TF_NUM_INTRAOP_THREADS = String(options.threads);

const abort = new AbortController();
const models = new Map<string, LatentModel>();
const metrics = new Map<string, WeighedStars>();
const estimators = new Map<string, AbundanceEstimator>();
const storedPixels = new StoredPixels();
let queue = Promise.resolve();

process.on('message', (message) => receive(message as Message));
process.on('disconnect', () => process.exit());
// Ctrl-C, and what ends a service, reach the whole process group: what happens then is the parent's decision, who goes, or kills.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});

function receive(message: Message): void {
  if (message.kind === 'abort') abort.abort();
  else
    queue = queue
      .then(() => (message.kind === 'unload' ? unload(message.model) : respond(message)))
      // A model that cannot be freed must not leave every later call without an answer.
      .catch((error: unknown) => console.error(error));
}

async function respond(call: Call): Promise<void> {
  try {
    reply({ kind: 'result', id: call.id, output: await answer(call) });
  } catch (error) {
    reply({ kind: 'fault', id: call.id, fault: toFault(error) });
  }
}

async function answer(call: Call): Promise<Output<CallName>> {
  const course = {
    report: throttled((event) => reply({ kind: 'progress', id: call.id, event })),
    signal: abort.signal,
  };
  switch (call.kind) {
    case 'check':
      checkRequest(call.input.request);
      return null;
    case 'prepare':
      await prepare(await backend(), call.input.request, { ...course, folder: call.input.folder });
      return null;
    case 'train':
      return train(await backend(), call.input.request, { ...course, folder: call.input.folder });
    case 'try': {
      const { request, folder, lambda } = call.input;
      return tryLambda(await backend(), request, lambda, { ...course, folder });
    }
    case 'load':
      models.set(call.input.model, LatentModel.fromArtefact(await backend(), call.input.artefact));
      return null;
    case 'encode': {
      const { model, batch, limits } = call.input;
      return encode(loaded(model), batch, limits);
    }
    case 'decodeResidual': {
      const { model, residual, parameters, rows } = call.input;
      return loaded(model).decodeResidual(residual, parameters, rows);
    }
    case 'decode': {
      const { model, latents, parameters, rows } = call.input;
      return loaded(model).decode(latents, parameters, rows);
    }
    case 'recast': {
      const { model, batch, to } = call.input;
      return loaded(model).recast(batch, to);
    }
    case 'metricFor': {
      const { model, batch } = call.input;
      const { scatter, inconsistency, widening } = await loaded(model).metricFor(batch, course);
      return { scatter, inconsistency, widening };
    }
    case 'loadMetric':
      metrics.set(call.input.model, new WeighedStars(readMetric(call.input.artefact)));
      return null;
    case 'rank': {
      const { model, ...asked } = call.input;
      return rankBy(held(metrics, model), asked);
    }
    case 'compare': {
      const { model, own, candidates } = call.input;
      return compareBy(held(metrics, model).metric, own, candidates);
    }
    case 'trainAbundances':
      return trainAbundances(await backend(), call.input.training, course);
    case 'loadAbundances':
      estimators.set(call.input.model, AbundanceEstimator.fromArtefact(await backend(), call.input.artefact));
      return null;
    case 'estimateAbundances':
      return held(estimators, call.input.model).estimate(call.input.stars);
    case 'standardise': {
      const { model, spectrum, standard } = call.input;
      return standardise(spectrum, loaded(model).grid, standard);
    }
  }
}

function encode(model: LatentModel, batch: SpectrumBatch | StoredBatch, limits: EncodeLimits): EncodedBatch {
  if (!('spectra' in batch)) return model.encode(batch, limits);
  const { spectra, ...rest } = batch;
  return model.encode({ ...rest, ...storedPixels.decode(spectra, model.grid.wavelength.length) }, limits);
}

function unload(id: string): void {
  models.get(id)?.dispose();
  models.delete(id);
  metrics.delete(id);
  estimators.get(id)?.dispose();
  estimators.delete(id);
}

function loaded(id: string): LatentModel {
  return held(models, id);
}

function held<T>(shelf: ReadonlyMap<string, T>, id: string): T {
  const found = shelf.get(id);
  if (!found) throw new Error(`model ${id} was not sent to this process`);
  return found;
}

function backend(): Promise<Backend> {
  return loadBackend(options.backend);
}

function reply(message: Reply): void {
  process.send?.(message);
}
