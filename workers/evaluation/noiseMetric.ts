import type { NoiseMetric } from '../../src/compute/compute.js';
import type { Tensors } from '../../src/science/artefact/tensors.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { toBatch } from '../spectrumBatch.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import type { EvaluatedModel } from './encoding.js';
import { snrOf } from './observation.js';
import type { PairSet, SetMember } from './pairSet.js';
import type { NoiseLevel } from './results.js';
import type { Shelf } from './shelf.js';

/** Spectra that a metric is fitted on: W of 20 latents is then good to some 5 %. */
const SPECTRA = 1000;

/**
 * The metric that the model would have if its training release had had this noise: fitted to twins of its own making from one star of each pair, of which it is told neither the
 * twin nor an abundance. An archive has one W for all its spectra; what this one gains is what that costs.
 */
export async function metricAt(
  place: Workplace,
  {
    model,
    set,
    noise,
    seed,
  }: { readonly model: EvaluatedModel; readonly set: PairSet; readonly noise: NoiseLevel; readonly seed: number },
  own: TwinMetric,
  shelf: Shelf,
  course: TaskCourse,
): Promise<TwinMetric> {
  const tensors = await shelf.tensors(`${model.source.id}-metric-${noise}.safetensors`, async () => {
    const members: SetMember[] = [];
    for await (const slice of set.read()) {
      slice.members.forEach((member, i) => {
        const row = slice.start + i;
        if (set.labels.twin[row] > row && members.length < SPECTRA)
          members.push(claiming(member, snrOf(noise, seed, row)));
      });
      course.signal.throwIfAborted();
      if (members.length === SPECTRA) break;
    }
    course.report({
      stage: 'metric',
      done: 0,
      total: members.length,
      unit: 'spectra',
      detail: `${model.source.id}, SNR ${noise}`,
    });
    return toTensors(await place.compute.metricFor(model.source, toBatch(members)));
  });
  const values = (name: string) => Float64Array.from(tensors[name].values);
  return own.with({
    scatter: values('scatter'),
    inconsistency: values('inconsistency'),
    widening: tensors.widening.values[0],
  });
}

function toTensors({ scatter, inconsistency, widening }: NoiseMetric): Tensors {
  return {
    scatter: { shape: [scatter.length], values: scatter },
    inconsistency: { shape: [inconsistency.length], values: inconsistency },
    widening: { shape: [1], values: Float64Array.of(widening) },
  };
}

/** The flux as it is, without noise, and the inverse variance of an SNR: the fit draws the noise itself. */
function claiming(member: SetMember, snr: number | null): SetMember {
  if (snr === null) return member;
  const { flux, ivar } = member.spectrum;
  return { ...member, spectrum: { flux, ivar: ivar.map((weight) => (weight > 0 ? Math.min(weight, snr ** 2) : 0)) } };
}
