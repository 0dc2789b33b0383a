import type { Evaluation, ModelEvaluation, SetEvaluation } from '../../../workers/evaluation/results.js';
import { table } from '../table.js';
import { abundanceTables } from './abundanceText.js';
import { noiseName, paperRecasting, percent, small } from './figures.js';

/** An evaluation as tables for a terminal. */
export function evaluationText({ sets }: Evaluation): string {
  return sets.map(setText).join('\n\n');
}

function setText(set: SetEvaluation): string {
  return [
    `${set.set}: ${set.spectra} spectra, ${set.pairs} pairs${set.noiseless ? ', noiseless' : ''}`,
    ...set.models.map(modelText),
    ...recastingText(set.models),
    ...set.refused.map(({ model, reason }) => `${model} cannot be evaluated here: ${reason}`),
    ...set.notes.map((note) => `note: ${note}`),
  ].join('\n\n');
}

function modelText(model: ModelEvaluation): string {
  const head = `${model.model} (removes ${model.parameters.join(', ')}${model.trainedOn ? '; trained on this set' : ''})`;
  return [
    head,
    ...(model.recovery.length ? ['How often the true twin comes first, %', recoveryText(model)] : []),
    ...(model.species ? abundanceTables(model.species) : []).map(
      ({ title, head, rows }) => `\n${title}\n${table(head, rows)}`,
    ),
    ...faultText(model),
    ...model.notes.map((note) => `note: ${note}`),
  ].join('\n');
}

function recoveryText({ recovery }: ModelEvaluation): string {
  return table(
    [
      'SNR',
      'encoder z',
      'own distance',
      're-ranked',
      'W at this SNR',
      'and re-ranked',
      'best possible',
      'of the best, %',
      'among 300',
      'queries',
      'chance',
    ],
    recovery.map((row) => [
      noiseName(row.noise),
      percent(row.encoder.recovered),
      percent(row.searched.recovered),
      percent(row.reranked.recovered),
      row.ownMetric ? percent(row.ownMetric.searched.recovered) : '-',
      row.ownMetric ? percent(row.ownMetric.reranked.recovered) : '-',
      row.bound ? percent(row.bound.recovered) : '-',
      row.overBound ? percent(row.overBound) : '-',
      percent(row.amongNearest),
      String(row.queries),
      (100 * row.chance).toFixed(3),
    ]),
  );
}

function recastingText(models: readonly ModelEvaluation[]): string[] {
  const rows = models.flatMap(({ model, method, recasting }) => {
    if (!recasting) return [];
    const { all, far } = recasting.tables;
    const paper = paperRecasting[method];
    const beside = (value: number | undefined, ofPaper: number | undefined) =>
      `${value === undefined ? '-' : small(value)} (${ofPaper === undefined ? '-' : small(ofPaper)})`;
    return [
      [
        model,
        beside(all.meanResidual, paper?.all[0]),
        beside(all.meanSquaredError, paper?.all[1]),
        beside(far?.meanResidual, paper?.far[0]),
        beside(far?.meanSquaredError, paper?.far[1]),
      ],
    ];
  });
  if (!rows.length) return [];
  const head = ['recast to the twin', '<R>', '<MSE>', '<R>, 500 K apart', '<MSE>, 500 K apart'];
  return [`In brackets the paper’s, on its own spectra with [Fe/H] removed\n${table(head, rows)}`];
}

function faultText({ nuisances }: ModelEvaluation): string[] {
  if (!nuisances) return [];
  const rows = nuisances.rows.map(({ name, affected, recovered, loss, pull }) => [
    name,
    affected,
    percent(recovered),
    (100 * loss).toFixed(1),
    pull ? pull.common.toFixed(2) : '-',
    pull ? pull.total.toFixed(2) : '-',
  ]);
  return [
    `\nFaults at SNR ${nuisances.snr}, ${nuisances.pairs} pairs; without any ${percent(nuisances.reference)} %`,
    table(['fault', 'affected', 'twin first, %', 'loss', 'common pull', 'total pull'], rows),
  ];
}
