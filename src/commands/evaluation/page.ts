import type { Evaluation, ModelEvaluation, SetEvaluation } from '../../../workers/evaluation/results.js';
import { abundanceErrorPlot, abundancePlot, coveragePlot, estimatesPlot, estimatorPlot } from './abundancePlots.js';
import { abundanceTables } from './abundanceText.js';
import { distancePlot } from './distancePlot.js';
import { modelName, noiseName, paperRecasting, percent, small } from './figures.js';
import { escaped, figure, htmlTable, page } from './html.js';
import { recastPlot, residualPlot } from './recastPlots.js';
import { doppelgangerPlot, recoveryPlot } from './recoveryPlots.js';

/** An evaluation as one HTML file with its plots as SVG: it opens offline and runs no script. */
export async function evaluationPage(evaluation: Evaluation): Promise<string> {
  const { sets, date, seed } = evaluation;
  const parts = [
    '<h1>How well Starkin finds chemical twins</h1>',
    `<p class="facts">${escaped(`${date.slice(0, 16).replace('T', ' ')} UTC, seed ${seed}`)}</p>`,
    INTRODUCTION,
  ];
  for (const set of sets) parts.push(await setSection(set));
  return page('Starkin: evaluation', parts.join('\n'));
}

const INTRODUCTION = `<p>Figures and tables are numbered as in de Mijolla, Ness, Viti &amp; Wheeler (2021). Every star of a set is searched for
among all others; its true twin has the same abundances at another temperature and gravity. “Encoder z” is plain Euclidean distance between the encoder’s latents, each
component in units of its scatter: the paper’s way. “Own distance” is the one that the archive searches by; “re-ranked” orders the 300 nearest by the Bayes factor of one chemistry
against two. “W at this SNR” is the own distance by a metric fitted at that noise, where an archive has one for all. “Best possible” is what the photons allow a reader who knows the simulator, the physical parameters and the population. Errors are standard errors by resampling
pairs.</p>`;

async function setSection(set: SetEvaluation): Promise<string> {
  return [
    `<h2>${escaped(set.set)}</h2>`,
    `<p class="facts">${set.spectra} spectra, ${set.pairs} pairs, ${set.simulated ? 'simulated' : 'observed'}${set.noiseless ? ', without noise of their own' : ''}</p>`,
    ...set.refused.map(({ model, reason }) => noteLine(`${model} cannot be evaluated here: ${reason}`)),
    ...set.notes.map(noteLine),
    ...(set.models.length ? await measured(set.models) : []),
  ].join('\n');
}

async function measured(models: readonly ModelEvaluation[]): Promise<string[]> {
  const faulty = models.filter(({ nuisances }) => nuisances);
  return [
    ...(models.some(({ recovery }) => recovery.length) ? await recoverySection(models) : []),
    await abundanceSection(models),
    ...(await speciesSection(models)),
    await recastingSection(models),
    ...(faulty.length
      ? ['<h3>Faults of real spectra</h3>', FAULTS, faultList(faulty[0]), ...faulty.map(faultTable)]
      : []),
  ];
}

async function recoverySection(models: readonly ModelEvaluation[]): Promise<string[]> {
  return [
    '<h3>Recovery of true twins</h3>',
    figure(
      await recoveryPlot(models),
      'How often the true twin comes first. “20 to 200”: every star has a signal to noise of its own, log-uniform.',
    ),
    ...models.map(recoveryTable),
    figure(
      await doppelgangerPlot(models),
      'Fig. 3: stars with at most so many false twins before the true one. Solid: re-ranked; dashed: encoder z.',
    ),
    figure(
      await distancePlot(models),
      'Fig. 2: distances of true twins and of random pairs, in units of the mean distance of twins.',
    ),
  ];
}

function noteLine(note: string): string {
  return `<p class="note">${escaped(note)}</p>`;
}

function recoveryTable(model: ModelEvaluation): string {
  const rows = model.recovery.map((row) => [
    noiseName(row.noise),
    percent(row.encoder.recovered),
    percent(row.searched.recovered),
    percent(row.reranked.recovered),
    row.ownMetric ? percent(row.ownMetric.searched.recovered) : '–',
    row.ownMetric ? percent(row.ownMetric.reranked.recovered) : '–',
    row.bound ? percent(row.bound.recovered) : '–',
    row.overBound ? percent(row.overBound) : '–',
    percent(row.amongNearest),
    String(row.encoder.medianBefore),
  ]);
  const head = [
    'SNR',
    'encoder z, %',
    'own distance, %',
    're-ranked, %',
    'W at this SNR, %',
    'and re-ranked, %',
    'best possible, %',
    'of the best, %',
    'among the nearest, %',
    'median rank by encoder z',
  ];
  const [{ queries, candidates, withoutLatent }] = model.recovery;
  const without = withoutLatent ? `, ${withoutLatent} stars without a latent` : '';
  const trained = model.trainedOn ? ' It was trained on these very spectra, without being told who is whose twin.' : '';
  return [
    `<h4>${escaped(modelName(model))}</h4>`,
    `<p class="facts">${queries} stars searched for, each among ${candidates} others${without}</p>`,
    htmlTable(head, rows),
    ...(trained ? [noteLine(trained)] : []),
    ...model.notes.map(noteLine),
  ].join('\n');
}

async function abundanceSection(models: readonly ModelEvaluation[]): Promise<string> {
  const known = models.filter(({ abundances }) => abundances);
  if (!known.length) return '';
  const parts = [
    '<h3>Abundances by a linear map of the latents</h3>',
    figure(
      await abundanceErrorPlot(known),
      'The error of A = V Z⁺, fitted on every second pair and judged on the others, as a share of the scatter of each element: 1 knows nothing. An element that a model removes ([Fe/H]) stays unknown by intention.',
    ),
  ];
  for (const model of known)
    parts.push(
      figure(
        await abundancePlot(model),
        `Fig. 4, ${model.model}: estimated against true, dex, with the root mean squared error. The line is equality.`,
      ),
    );
  return parts.join('\n');
}

async function speciesSection(models: readonly ModelEvaluation[]): Promise<string[]> {
  const parts: string[] = [];
  for (const model of models) {
    if (!model.species) continue;
    parts.push(
      `<h3>Abundances with their errors: ${escaped(modelName(model))}</h3>`,
      figure(
        await estimatorPlot(model.species),
        `Fig. 4, ${model.model}: RMSE of the linear and the non-linear estimator on stars that neither has seen, as a share of the scatter of each element: 1 knows nothing.`,
      ),
      figure(
        await estimatesPlot(model.species),
        'Fig. 4: estimated against true abundances without noise, dex, with the RMSE of the linear and the non-linear estimator. The line is equality.',
      ),
      figure(
        await coveragePlot(model.species),
        'How often the truth lies in the stated intervals, by signal to noise: a point for each species in its order, small ones for thirds of Teff. Shaded: 68 ± 3 and 95 ± 1.5 %.',
      ),
      ...abundanceTables(model.species).flatMap(({ title, head, rows }) => [
        `<h4>${escaped(title)}</h4>`,
        htmlTable(head, rows),
      ]),
    );
  }
  return parts;
}

async function recastingSection(models: readonly ModelEvaluation[]): Promise<string> {
  const known = models.filter(({ recasting }) => recasting);
  if (!known.length) return '';
  const head = [
    'model',
    '<R>',
    'paper',
    '<MSE>',
    'paper',
    '<R>, 500 K apart',
    'paper',
    '<MSE>, 500 K apart',
    'paper',
    'spectra',
  ];
  const rows = known.flatMap(({ model, method, recasting }) => {
    if (!recasting) return [];
    const { all, far } = recasting.tables;
    const paper = paperRecasting[method];
    const cell = (value: number | undefined) => (value === undefined ? '–' : small(value));
    return [
      [
        model,
        cell(all.meanResidual),
        cell(paper?.all[0]),
        cell(all.meanSquaredError),
        cell(paper?.all[1]),
        cell(far?.meanResidual),
        cell(paper?.far[0]),
        cell(far?.meanSquaredError),
        cell(paper?.far[1]),
        String(all.spectra),
      ],
    ];
  });
  const parts = [
    '<h3>Recasting</h3>',
    '<p>Every star recast to the temperature and gravity of its twin, and compared with the twin (Tables 3 and 4). The paper’s figures are those of its own spectra with [Fe/H] removed.</p>',
    htmlTable(head, rows),
    figure(
      await residualPlot(known),
      'Fig. 6: residuals of the most metal-rich pair at least 500 K apart, the first 256 pixels.',
    ),
  ];
  for (const example of known[0].recasting?.examples ?? [])
    parts.push(
      figure(
        await recastPlot(example),
        `Fig. 5, ${known[0].model}: ${example.names.join(' and ')}, [Fe/H] ${example.feh?.toFixed(2)}; Teff ${example.teff.map((teff) => teff.toFixed(0)).join(' and ')} K, log g ${example.logg.map((logg) => logg.toFixed(2)).join(' and ')}. Mean absolute residual ${small(example.meanResidual)}, its deviation ${small(example.residualDeviation)}.`,
      ),
    );
  return parts.join('\n');
}

const FAULTS = `<p>One spectrum of each pair has the fault, since what all stars have in common cancels in every distance, and twins are observed with different fibres on different
nights; the normalisation is every spectrum’s lot. A pull is the shift of a latent in units of the scatter that photon noise gives it: “common” is the part that all stars share,
“total” the root mean square. A total of 1 doubles the variance.</p>`;

function faultList({ nuisances }: ModelEvaluation): string {
  const items = (nuisances?.rows ?? []).map(
    ({ name, description }) => `<li><b>${escaped(name)}</b>: ${escaped(description)}</li>`,
  );
  return `<ul class="facts">${items.join('\n')}</ul>`;
}

function faultTable(model: ModelEvaluation): string {
  const { nuisances } = model;
  if (!nuisances) return '';
  const rows = nuisances.rows.map(({ name, affected, recovered, loss, pull }) => [
    name,
    affected,
    percent(recovered),
    (100 * loss).toFixed(1),
    pull ? pull.common.toFixed(2) : '–',
    pull ? pull.total.toFixed(2) : '–',
  ]);
  const head = ['fault', 'affected', 'twin first, %', 'loss', 'common pull', 'total pull'];
  return [
    `<h4>${escaped(modelName(model))}</h4>`,
    `<p class="facts">SNR ${nuisances.snr}, ${nuisances.pairs} pairs; without a fault ${percent(nuisances.reference)} %</p>`,
    htmlTable(head, rows),
  ].join('\n');
}
