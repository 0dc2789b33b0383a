import type { SystematicsSummary } from '../../workers/tasks/systematics.js';
import { parameterNames } from '../domain/parameters.js';
import type { PropertyTrends, QuantityTrend, Sharing } from '../domain/systematics.js';
import { escaped, htmlTable, page } from './evaluation/html.js';
import { table } from './table.js';

const units: Readonly<Record<string, string>> = { teff: 'K', logg: 'dex', feh: 'dex', vscatter: 'km/s' };
const trendHead = ['property', 'stage', 'stars', 'found', 'threshold', 'largest |correlation|', 'of', 'its slope'];
const sharingHead = ['shared', 'stars', 'neighbours that share it, %', 'by chance, %', 'probability', 'explains twins'];

/** The overview as tables for a terminal. */
export function systematicsText(summary: SystematicsSummary): string {
  const { stars, model, releases, sharing } = summary;
  return [
    `${stars} stars of ${releases.join(', ')} under ${model}; ${method(summary)}`,
    table(trendHead, trendRows(summary)),
    ...(sharing.length ? [table(sharingHead, sharing.map(sharingRow))] : [NO_CONDITIONS]),
  ].join('\n\n');
}

const NO_CONDITIONS = 'No survey tells the fibres or fields of these spectra: no twin can be told to share them.';

function method({ shuffles, falseAlarms }: SystematicsSummary): string {
  return `found is what ${shuffles} shuffles exceed in ${100 * falseAlarms} % of cases, all quantities together`;
}

function trendRows({ trends, removes }: SystematicsSummary): string[][] {
  const kept = parameterNames.filter((name) => !removes.includes(name));
  return trends.map((each) =>
    trendRow(each, kept.some((name) => name === each.property) ? `${each.property}, not removed` : each.property),
  );
}

function trendRow({ property, stage, stars, threshold, quantities }: PropertyTrends, title: string): string[] {
  const most = largest(quantities);
  return [
    title,
    stage,
    String(stars),
    `${quantities.filter(({ found }) => found).length} of ${quantities.length}`,
    threshold.toFixed(3),
    Math.abs(most.correlation).toFixed(3),
    most.quantity,
    slopeText(property, most),
  ];
}

function slopeText(property: string, { quantity, slope }: QuantityTrend): string {
  if (slope === null) return '-';
  const unit = quantity.startsWith('latent') ? 'sd' : 'dex';
  return `${slope.toPrecision(2)} ${unit}${units[property] ? ` / ${units[property]}` : ''}`;
}

function largest(quantities: readonly QuantityTrend[]): QuantityTrend {
  return quantities.reduce((most, each) => (Math.abs(each.correlation) > Math.abs(most.correlation) ? each : most));
}

function sharingRow({ condition, stars, observed, expected, probability, explains }: Sharing): string[] {
  return [
    condition,
    String(stars),
    (100 * observed).toFixed(2),
    (100 * expected).toFixed(2),
    probability.toFixed(3),
    explains ? 'yes' : 'no',
  ];
}

/** One file that opens offline: the overview, and every quantity with every property. */
export function systematicsPage(summary: SystematicsSummary): string {
  const { stars, model, estimator, releases, trends, sharing } = summary;
  const facts = `${stars} stars of ${releases.join(', ')} under ${model}${estimator ? `, abundances by ${estimator}` : ''}`;
  const each = trends.map(({ property, stage, quantities }) => {
    const rows = quantities.map((trend) => [
      trend.quantity,
      slopeText(property, trend),
      trend.correlation.toFixed(3),
      trend.found ? 'found' : '',
    ]);
    return `<h3>${escaped(`${property}, ${stage}`)}</h3>${htmlTable(['quantity', 'slope', 'correlation', ''], rows)}`;
  });
  return page(
    'Starkin: systematics',
    [
      '<h1>What latents follow</h1>',
      `<p class="facts">${escaped(facts)}</p>`,
      `<p>${escaped(`“Before” is z, and abundances that a linear map reads off it, against the catalogue’s parameters, “after” the residual latent and the abundances against the parameters as fitted. In this table ${method(summary)}. A trend does not tell its cause: metallicity goes with place in the Galaxy, and so with field.`)}</p>`,
      htmlTable(trendHead, trendRows(summary)),
      '<h2>Neighbours that share how they were observed</h2>',
      sharing.length ? htmlTable(sharingHead, sharing.map(sharingRow)) : `<p>${escaped(NO_CONDITIONS)}</p>`,
      '<h2>Every quantity</h2>',
      ...each,
    ].join('\n'),
  );
}
