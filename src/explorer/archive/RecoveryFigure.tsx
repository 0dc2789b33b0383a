import { CategoryFigure, type CategorySeries } from '../figure/CategoryFigure';
import { withError } from '../words/numbers';
import { type MeasuredModel, modelColours, noiseLevels, noiseName } from './measuredModel';

/** Recovery of true twins against signal to noise: as answered, and the best that the photons allow. */
export function RecoveryFigure({ set, models }: { set: string; models: readonly MeasuredModel[] }) {
  const levels = noiseLevels(models.flatMap(({ recovery }) => recovery));
  const series = models.flatMap((measured, i): CategorySeries[] => {
    const colour = modelColours[i % modelColours.length];
    const answered = seriesOf(measured, levels, 'reranked');
    const bound = seriesOf(measured, levels, 'bound');
    return [
      { name: measured.model, colour, joined: 'solid', points: answered },
      ...(bound.some((point) => point !== null)
        ? [{ name: `best possible, ${measured.model}`, colour, joined: 'dashed' as const, points: bound }]
        : []),
    ];
  });
  return (
    <CategoryFigure
      name={`recovery-${set}`}
      label="True twin first, %"
      description={`Share of stars whose true twin comes first, by signal to noise, of ${models.length} models`}
      categories={levels.map(noiseName)}
      categoryLabel="Signal to noise per pixel"
      series={series}
      range={[0, 104]}
    />
  );
}

function seriesOf({ recovery }: MeasuredModel, levels: readonly string[], order: 'reranked' | 'bound') {
  return levels.map((level) => {
    const share = recovery.find(({ noise }) => noise === level)?.[order]?.recovered;
    if (share?.value == null) return null;
    const [value, error] = [100 * share.value, share.error === null ? null : 100 * share.error];
    return {
      value,
      error,
      title: `${withError(value, error, 1)} % at S/N ${noiseName(level)}`,
      hollow: order === 'bound',
      apart: level !== 'none' && Number.isNaN(Number(level)),
    };
  });
}
