import type { Report } from '../../domain/progress.js';
import {
  conditionKey,
  type ObservingConditions,
  type PropertyTrends,
  type Systematics,
  type SystematicsStage,
  sharedConditions,
} from '../../domain/systematics.js';
import { Random } from '../networks/random.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';
import type { Property, Quantity } from './columns.js';
import { linearReading } from './linearReading.js';
import { sharingOf } from './sharing.js';
import { trendsWith } from './trends.js';

/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0x5e7;

/** Stars as a stage sees them. */
export interface StageColumns {
  readonly stage: SystematicsStage;
  readonly latents: readonly Quantity[];
  /** teff, logg, feh: as catalogued, or as fitted. */
  readonly parameters: readonly Quantity[];
}

export interface SystematicsInput {
  readonly stages: readonly StageColumns[];
  /** The estimator's; before the fit a linear map reads them off the latents. */
  readonly abundances: readonly Quantity[];
  /** By star. */
  readonly snr: Float64Array;
  readonly conditions: readonly ObservingConditions[];
  /** Searched vectors. */
  readonly set: VectorSet;
}

export interface SystematicsSettings {
  readonly shuffles: number;
  readonly falseAlarms: number;
  readonly seed: number;
}

/** What latents and abundances go with, before and after the parameters are taken off, and whether neighbours share how they were observed. */
export function findSystematics(
  { stages, abundances, snr, conditions, set }: SystematicsInput,
  { shuffles, falseAlarms, seed }: SystematicsSettings,
  report: Report,
): Systematics {
  const random = new Random(seed, STREAM);
  const observed: Property[] = [
    { name: 'snr', kind: 'number', values: snr },
    ...(['fibre', 'lineWidth', 'vscatter'] as const).map((name): Property => {
      const values = Float64Array.from(conditions, (each) => each[name] ?? Number.NaN);
      return { name, kind: 'number', values };
    }),
    ...(['telescope', 'field'] as const).map((name): Property => {
      return { name, kind: 'class', values: conditions.map((each) => each[name]) };
    }),
  ];
  const total = stages.reduce((sum, { parameters }) => sum + parameters.length + observed.length, 0);
  const trends: PropertyTrends[] = [];
  let done = 0;
  for (const { stage, latents, parameters } of stages) {
    const read = stage === 'before' ? abundances.map((each) => linearReading(latents, each)) : abundances;
    const quantities = [...latents, ...read];
    for (const property of [
      ...parameters.map((parameter): Property => ({ ...parameter, kind: 'number' })),
      ...observed,
    ]) {
      const found = trendsWith(property, quantities, { stage, shuffles, falseAlarms, random });
      if (found) trends.push(found);
      report({ stage: 'trends', done: ++done, total, unit: 'properties' });
    }
  }
  report({ stage: 'neighbours', done: 0, total: sharedConditions.length, unit: 'conditions' });
  const sharing = sharedConditions.flatMap((name) => {
    const keys = conditions.map((each) => conditionKey(each, name));
    return sharingOf(name, keys, set, { shuffles, falseAlarms, random }) ?? [];
  });
  report({ stage: 'neighbours', done: sharedConditions.length, total: sharedConditions.length, unit: 'conditions' });
  return { stars: set.rows, shuffles, falseAlarms, trends, sharing };
}
