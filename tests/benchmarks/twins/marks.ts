import { paperRecasting } from '../../../src/commands/evaluation/figures.js';
import type { ModelEvaluation } from '../../../workers/evaluation/results.js';
import type { Measurement } from '../measurement.js';
import type { ModelName } from './experiment.js';

/** Share of the best possible recovery that is to be reached, by SNR. */
const marks: Readonly<
  Partial<Record<ModelName, { readonly title: string; readonly shares: Readonly<Record<string, number>> }>>
> = {
  exact: { title: 'u = (Teff, log g)', shares: { none: 0.98, 100: 0.98, 50: 0.95, 30: 0.85, 20: 0.75 } },
  wrong: {
    title: 'u = (Teff, log g), wrong by 50 K and .08 dex',
    shares: { none: 0.98, 100: 0.98, 50: 0.92, 30: 0.7, 20: 0.5 },
  },
  feh: { title: 'u = (Teff, log g, [Fe/H])', shares: { none: 0.97, 100: 0.96, 50: 0.88, 30: 0.8, 20: 0.8 } },
};

/** The table of the README: recovery beside the bound, recasting beside PolyDis and the paper. */
export function measurements(evaluations: Readonly<Record<ModelName, ModelEvaluation>>): Measurement[] {
  return [
    ...(Object.keys(marks) as ModelName[]).flatMap((name) => recovery(name, evaluations[name])),
    ...recasting(evaluations.feh, evaluations.polydis),
  ];
}

function recovery(name: ModelName, { recovery: rows }: ModelEvaluation): Measurement[] {
  const { title, shares } = marks[name] ?? { title: name, shares: {} };
  return rows.flatMap(({ noise, reranked, bound }) => {
    const share = shares[String(noise)];
    if (share === undefined || !bound) return [];
    const [value, reference] = [100 * reranked.recovered.value, 100 * bound.recovered.value];
    const mark = share * reference;
    return [
      {
        name: `twin first, ${title}, SNR ${noise}: at least ${(100 * share).toFixed(0)} % of the best possible`,
        value,
        unit: '%',
        reference,
        ratio: value / reference,
        mark,
        met: value >= mark,
      },
    ];
  });
}

function recasting(model: ModelEvaluation, polydis: ModelEvaluation): Measurement[] {
  const figures = (of: ModelEvaluation) => {
    const tables = of.recasting?.tables;
    const both = (part: { readonly meanResidual: number; readonly meanSquaredError: number } | null | undefined) =>
      part ? [part.meanResidual, part.meanSquaredError] : [Number.NaN, Number.NaN];
    return { all: both(tables?.all), far: both(tables?.far) };
  };
  const [own, other] = [figures(model), figures(polydis)];
  const line = (title: string, value: number, reference: number, mark: number | null = null): Measurement => ({
    name: title,
    value,
    unit: 'flux',
    reference,
    ratio: value / reference,
    mark,
    met: mark === null ? null : value < mark,
  });
  const kinds = [
    ['<R>', 'all', 0],
    ['<MSE>', 'all', 1],
    ['<R>, 500 K apart', 'far', 0],
    ['<MSE>, 500 K apart', 'far', 1],
  ] as const;
  return [
    line('recast <MSE>, 500 K apart, below that of PolyDis', own.far[1], other.far[1], other.far[1]),
    ...[model, polydis].flatMap((each) =>
      kinds.map(([title, part, i]) =>
        line(
          `recast ${title}, ${each.method}, beside the paper's`,
          figures(each)[part][i],
          paperRecasting[each.method][part][i],
        ),
      ),
    ),
  ];
}
