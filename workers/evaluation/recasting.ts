import { parameterNames } from '../../src/domain/parameters.js';
import { RecastingSum, recastResidual } from '../../src/science/evaluation/recasting.js';
import { toBatch } from '../spectrumBatch.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import type { EvaluatedModel } from './encoding.js';
import type { PairSet, SetMember } from './pairSet.js';
import type { RecastExample, Recasting } from './results.js';

/** Pixels shown of an example, as in Figs 5 and 6. */
const SHOWN = 256;

/** Figs 5 and 6, Tables 3 and 4 of de Mijolla et al. (2021): every star recast to its twin's parameters, against its twin. */
export async function measureRecasting(
  place: Workplace,
  model: EvaluatedModel,
  set: PairSet,
  course: TaskCourse,
): Promise<Recasting | null> {
  const { labels } = set;
  const sum = new RecastingSum();
  const examples = new Examples(set);
  let [done, compared] = [0, 0];
  for await (const { start, members } of set.read()) {
    course.signal.throwIfAborted();
    const places = [...members.keys()].filter((i) => {
      const twin = labels.twin[start + i];
      return twin >= start && twin < start + members.length;
    });
    if (places.length) {
      const twins = places.map((i) => members[labels.twin[start + i] - start]);
      const own = places.map((i) => members[i]);
      const { flux } = await place.compute.recast(model.source, toBatch(own), parametersOf(twins));
      const pixels = set.grid.wavelength.length;
      own.forEach((member, k) => {
        const recast = flux.subarray(k * pixels, (k + 1) * pixels);
        const twin = twins[k];
        const residual = recastResidual(recast, twin.spectrum.flux, twin.spectrum.ivar);
        sum.add(residual, (member.parameters?.teff ?? 0) - (twin.parameters?.teff ?? 0));
        examples.consider(member, twin, recast, residual);
      });
      compared += places.length;
    }
    done += members.length;
    course.report({ stage: 'recast', done, total: labels.rows, unit: 'spectra', detail: model.source.id });
  }
  const tables = sum.tables();
  const withTwin = labels.twin.filter((row) => row >= 0).length;
  return tables && { tables, skipped: (withTwin - compared) / 2, examples: examples.chosen() };
}

/** The most metal-rich and the most metal-poor pair at least 500 K apart of those that are shown to it. */
class Examples {
  private rich: RecastExample | null = null;
  private poor: RecastExample | null = null;

  constructor(private readonly set: PairSet) {}

  consider(
    first: SetMember,
    second: SetMember,
    recast: Float32Array,
    residual: ReturnType<typeof recastResidual>,
  ): void {
    const feh = first.parameters?.feh ?? null;
    const apart = Math.abs((first.parameters?.teff ?? 0) - (second.parameters?.teff ?? 0));
    if (feh === null || apart < 500) return;
    if (this.rich === null || feh > (this.rich.feh ?? 0)) this.rich = this.example(first, second, recast, residual);
    if (this.poor === null || feh < (this.poor.feh ?? 0)) this.poor = this.example(first, second, recast, residual);
  }

  chosen(): RecastExample[] {
    return [this.rich, this.poor].filter((example) => example !== null);
  }

  private example(
    first: SetMember,
    second: SetMember,
    recast: Float32Array,
    { mean, deviation }: ReturnType<typeof recastResidual>,
  ): RecastExample {
    const { wavelength, chips } = this.set.grid;
    const shown = (values: ArrayLike<number>, digits: number) =>
      Array.from({ length: Math.min(SHOWN, chips[0].end - chips[0].start) }, (_, i) =>
        Number(values[chips[0].start + i].toFixed(digits)),
      );
    const both = (name: 'teff' | 'logg') =>
      [first.parameters?.[name] ?? Number.NaN, second.parameters?.[name] ?? Number.NaN] as const;
    return {
      names: [first.name, second.name],
      feh: first.parameters?.feh ?? null,
      teff: both('teff'),
      logg: both('logg'),
      wavelength: shown(wavelength, 3),
      first: shown(first.spectrum.flux, 5),
      second: shown(second.spectrum.flux, 5),
      recast: shown(recast, 5),
      meanResidual: mean,
      residualDeviation: deviation,
    };
  }
}

function parametersOf(members: readonly SetMember[]): Float64Array {
  return Float64Array.from(
    members.flatMap(({ parameters }) => parameterNames.map((name) => parameters?.[name] ?? Number.NaN)),
  );
}
