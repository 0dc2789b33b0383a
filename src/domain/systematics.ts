/** How a spectrum was taken, as far as its survey tells: what two stars can have in common without being kin. Null where it is not known. */
export interface ObservingConditions {
  /** Mean number of the fibres of its visits. */
  readonly fibre: number | null;
  /** Full width at half maximum of the cross-correlation with the template, km/s or pixels as the survey has it: the line spread, and what the star adds. */
  readonly lineWidth: number | null;
  /** Scatter of the radial velocities of its visits, km/s. */
  readonly vscatter: number | null;
  readonly telescope: string | null;
  readonly field: string | null;
}

/** From the properties that surveys keep under their own keywords: apStar, aspcapStar and mwmStar files. Sentinels such as -9999 are no values. */
export function observingConditions(properties: Readonly<Record<string, string | number>>): ObservingConditions {
  const number = (...keys: readonly string[]) =>
    keys.map((key) => properties[key]).find((value): value is number => typeof value === 'number' && value >= 0) ??
    null;
  const text = (...keys: readonly string[]) =>
    keys.map((key) => String(properties[key] ?? '').trim()).find((value) => value !== '') ?? null;
  return {
    fibre: number('MEANFIB', 'mean_fiber'),
    lineWidth: number('CCFWHM'),
    vscatter: number('VSCATTER', 'std_v_rad'),
    telescope: text('telescope'),
    field: text('FIELD', 'field'),
  };
}

/** Conditions that can make two stars look alike. */
export const sharedConditions = ['fibre', 'field'] as const;
export type SharedCondition = (typeof sharedConditions)[number];

/** What two spectra have to have in common to share a condition: a field's name, a fibre's number rounded. Null where it is not known. */
export function conditionKey(conditions: ObservingConditions, name: SharedCondition): string | null {
  if (name === 'field') return conditions.field;
  return conditions.fibre === null ? null : String(Math.round(conditions.fibre));
}

/** What latents and abundances follow that they should not, held against shuffled stars. */
export interface Systematics {
  /** Stars looked at, and how often they were shuffled. */
  readonly stars: number;
  readonly shuffles: number;
  /** How often anything is found of a property and stage where there is nothing to be found. */
  readonly falseAlarms: number;
  readonly trends: readonly PropertyTrends[];
  readonly sharing: readonly Sharing[];
}

/** z, and abundances read off it by a linear map, with what the catalogue says; or r̂ and the estimator's abundances, with what the fit made of the parameters. */
export type SystematicsStage = 'before' | 'after';

/** How latents or abundances go with one property of stars or observations. */
export interface PropertyTrends {
  /** teff, logg, feh, snr, or the name of an observing condition. */
  readonly property: string;
  readonly stage: SystematicsStage;
  /** Stars of which it is known. */
  readonly stars: number;
  /** Correlation that the most correlated of all quantities exceeds, among shuffled stars, in `falseAlarms` of cases. */
  readonly threshold: number;
  readonly quantities: readonly QuantityTrend[];
}

export interface QuantityTrend {
  /** 'latent 3', or a species such as 'Mg'. */
  readonly quantity: string;
  /** Latents: standard deviations, abundances: dex, for each unit of the property, outliers drawn in; null for telescopes and fields. */
  readonly slope: number | null;
  /** Pearson's; for telescopes and fields the root of the share of the variance that lies between them. */
  readonly correlation: number;
  /** Whether |correlation| exceeds the threshold. */
  readonly found: boolean;
}

/** Whether near neighbours share a condition more often than chance has it. */
export interface Sharing {
  readonly condition: SharedCondition;
  /** Stars of which it is known. */
  readonly stars: number;
  /** Neighbours of each star that were looked at. */
  readonly neighbours: number;
  /** Share of the neighbours that share it, and the same among shuffled stars. */
  readonly observed: number;
  readonly expected: number;
  /** Share of shuffles with as many: below `falseAlarms` the excess is taken for real. */
  readonly probability: number;
  /** Distance within which nine in ten of the neighbours lie. */
  readonly reach: number;
  /** Whether of neighbours that share it, more than half do so beyond chance. */
  readonly explains: boolean;
}
