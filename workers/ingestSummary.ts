import type { LabelSummary } from './labels.js';
import type { Outcome } from './preparation/lanes.js';
import type { IngestFailure, WriteResult } from './releaseWriter.js';

/** Something about a source that is worth telling and no failure: a visit without a spectrum, say. */
export interface IngestNote {
  readonly source: string;
  readonly note: string;
}

export interface IngestSummary {
  readonly release: string;
  readonly files: number;
  /** Spectra stored now, and those that were there already with the same checksum. */
  readonly stored: number;
  readonly skipped: number;
  /** Of those stored: spectra that stand in the place of published ones from the next publication on. */
  readonly revised: number;
  /** Spectra left out since a newer reduction of the same star is there. */
  readonly superseded: number;
  /** Combined spectra of a star that another telescope observed as well: kept beside that one's, which has the higher signal to noise and is searched. */
  readonly beside: number;
  /** Of those stored: normalised by the survey, the others here. The two are not alike. */
  readonly normalised: number;
  /** Files and spectra that could not be stored; the others are. */
  readonly failed: readonly IngestFailure[];
  /** Pixels given ivar 0 because their flux or error is not usable. */
  readonly unusablePixels: number;
  /** Pixels flagged because the store's encoding cannot hold their flux. */
  readonly overflowPixels: number;
  /** Stars without Teff or log g: stored and listed, but not to be encoded. */
  readonly withoutParameters: readonly string[];
  readonly notes: readonly IngestNote[];
  /** What the table of labels gave; null where none was named. */
  readonly labels: LabelSummary | null;
}

export function emptySummary(release: string, files: number, failed: readonly IngestFailure[]): IngestSummary {
  return {
    release,
    files,
    stored: 0,
    skipped: 0,
    revised: 0,
    superseded: 0,
    beside: 0,
    normalised: 0,
    failed,
    unusablePixels: 0,
    overflowPixels: 0,
    withoutParameters: [],
    notes: [],
    labels: null,
  };
}

/** Two parts of one ingest as one; `release` and `files` are those of the first. */
export function addSummaries(a: IngestSummary, b: IngestSummary): IngestSummary {
  return {
    release: a.release,
    files: a.files,
    stored: a.stored + b.stored,
    skipped: a.skipped + b.skipped,
    revised: a.revised + b.revised,
    superseded: a.superseded + b.superseded,
    beside: a.beside + b.beside,
    normalised: a.normalised + b.normalised,
    failed: [...a.failed, ...b.failed],
    unusablePixels: a.unusablePixels + b.unusablePixels,
    overflowPixels: a.overflowPixels + b.overflowPixels,
    withoutParameters: [...a.withoutParameters, ...b.withoutParameters],
    notes: [...a.notes, ...b.notes],
    labels: a.labels ?? b.labels,
  };
}

/** What one batch adds. */
export function summarise(release: string, outcomes: readonly Outcome[], result: WriteResult): IngestSummary {
  const { stored, skipped, revised, superseded, beside, failed, overflowPixels } = result;
  const heads = outcomes.flatMap((outcome) => outcome.head ?? []);
  return {
    ...emptySummary(release, 0, failed),
    stored: stored.length,
    skipped,
    revised,
    superseded: superseded.length,
    beside,
    normalised: stored.filter(({ normalised }) => normalised).length,
    unusablePixels: stored.reduce((sum, { unusablePixels }) => sum + unusablePixels, 0),
    overflowPixels,
    withoutParameters: stored
      .filter(({ visit, parameters }) => visit === 0 && (parameters?.teff == null || parameters.logg == null))
      .map(({ star }) => star.name),
    notes: [
      ...heads.flatMap(({ source, notes = [] }) => notes.map((note) => ({ source, note }))),
      ...superseded.map(({ source }) => ({
        source,
        note: 'left out: a newer reduction of the same spectrum is there',
      })),
    ],
  };
}
