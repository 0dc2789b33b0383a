import { GridError, StarkinError } from '../src/domain/errors.js';
import { VISITS_OF_A_TELESCOPE } from '../src/domain/exposure.js';
import { type StarId, starId } from '../src/domain/star.js';
import { describeGrid, sameGrid, type WavelengthGrid } from '../src/domain/wavelengthGrid.js';
import { storeAbundances } from '../src/storage/abundance.js';
import type { Database } from '../src/storage/database.js';
import { ensureRelease, listReleases, type Release, stagedRevisions } from '../src/storage/dataRelease.js';
import { storeBirthGroups, storeTwins } from '../src/storage/siblingGroup.js';
import { type EncodedRow, releaseGrid, storeEncoded } from '../src/storage/spectrum.js';
import { storeStars } from '../src/storage/star.js';
import { storeParameters } from '../src/storage/starParameters.js';
import { changeStaged, type StagedChange, type StoredVersion, storedVersions } from '../src/storage/storedVersion.js';
import { checkSurveyName, ensureSurvey } from '../src/storage/survey.js';
import { ensureGrid } from '../src/storage/wavelengthGrid.js';
import { changed, type PlacementRequest, placeSpectrum, versionOf } from './placement.js';
import type { Outcome } from './preparation/lanes.js';
import type { PreparedSpectrum, RecordHead } from './preparation/part.js';

/** An input that could not be stored, and why. */
export interface IngestFailure {
  readonly source: string;
  readonly code: string;
  readonly message: string;
}

/** What became of the records of one batch. */
export interface WriteResult {
  readonly stored: readonly RecordHead[];
  /** There already, with the same checksum. */
  readonly skipped: number;
  /** Left out or taken back, since a newer reduction of the same is there. */
  readonly superseded: readonly RecordHead[];
  readonly failed: readonly IngestFailure[];
  /** Of those stored: spectra that stand in the place of published ones from the next publication on. */
  readonly revised: number;
  /** Combined spectra that stand beside those of another telescope, or moved them there. */
  readonly beside: number;
  /** Pixels flagged because the store's encoding cannot hold their flux. */
  readonly overflowPixels: number;
}

/** A prepared spectrum with its place; others of the batch may still move it, or take it back. */
interface Placed {
  readonly head: RecordHead;
  readonly prepared: PreparedSpectrum;
  readonly id: StarId;
  visit: number;
  readonly changes: readonly StagedChange[];
  isTakenBack: boolean;
}

type Versions = Map<StarId, StoredVersion[]>;

/**
 * Writes prepared spectra into one release: leaves out what is there, places the others (placement.ts), and stores each batch in one transaction. The
 * release is made with the first batch that is stored: a command that stores nothing leaves none behind.
 */
export class ReleaseWriter {
  private release: Release | null = null;
  /** A release has one grid: that of its first spectrum. */
  private grid: WavelengthGrid | null = null;

  /** @param surveyOf the survey that a record's star belongs to */
  constructor(
    private readonly db: Database,
    private readonly request: PlacementRequest,
    private readonly surveyOf: (head: RecordHead) => string,
  ) {}

  /** Whether each of these is stored, with the same content: asked before it is prepared. */
  readonly isStored = async (heads: readonly RecordHead[]): Promise<boolean[]> => {
    const versions = await this.versions(heads);
    // A file's spectra have one checksum, and may stand beside those of another telescope.
    return heads.map(
      (head) =>
        versions
          .get(this.idOf(head))
          ?.some(({ checksum, visit }) => checksum === head.checksum && visit % VISITS_OF_A_TELESCOPE === head.visit) ??
        false,
    );
  };

  /** @param simulated whether the release is one of simulated spectra */
  async write(outcomes: readonly Outcome[], simulated: boolean): Promise<WriteResult> {
    const failed: IngestFailure[] = [];
    const superseded: RecordHead[] = [];
    const placed: Placed[] = [];
    let skipped = 0;
    const versions = await this.versions(
      outcomes.flatMap((outcome) => (outcome.kind === 'prepared' ? outcome.head : [])),
    );
    for (const outcome of outcomes) {
      if (outcome.kind === 'refused') failed.push({ source: outcome.source, ...outcome.refusal });
      else if (outcome.kind === 'known') skipped++;
      else {
        const failure = await caught(outcome.head.source, async () => {
          const place = this.place(outcome, versions, placed);
          if (place === 'known') skipped++;
          else if (place === 'superseded') superseded.push(outcome.head);
        });
        if (failure) failed.push(failure);
      }
    }
    const { stored, overflowPixels, revised } = await this.storeAll(placed, simulated, failed);
    superseded.push(...placed.filter(({ isTakenBack }) => isTakenBack).map(({ head }) => head));
    const beside = placed.filter(
      ({ head, visit, changes }) => head.visit === 0 && (visit !== 0 || changes.some(({ kind }) => kind === 'move')),
    ).length;
    return { stored, skipped, superseded, beside, failed, overflowPixels, revised };
  }

  private async versions(heads: readonly RecordHead[]): Promise<Versions> {
    this.release ??= (await listReleases(this.db)).find(({ name }) => name === this.request.release) ?? null;
    if (!this.release || !heads.length) return new Map();
    this.grid ??= (await releaseGrid(this.db, this.release.id))?.grid ?? null;
    return storedVersions(this.db, this.release.id, heads.map(this.idOf));
  }

  /**
   * Adds a spectrum to those to be stored, if it is to be.
   * @throws ConflictError, GridError, InputError when it cannot be
   */
  private place(
    { head, prepared }: Outcome & { kind: 'prepared' },
    versions: Versions,
    placed: Placed[],
  ): 'placed' | 'known' | 'superseded' {
    checkSurveyName(this.surveyOf(head), `${head.source}: survey`);
    this.checkGrid(head);
    const id = this.idOf(head);
    const stored = versions.get(id) ?? [];
    const placement = placeSpectrum(stored, head, this.request);
    if (placement.kind !== 'store') return placement.kind;
    const { visit, changes } = placement;
    for (const change of changes)
      for (const earlier of placed) if (earlier.id === id && earlier.visit === change.visit) apply(change, earlier);
    versions.set(id, [...changed(stored, changes), versionOf(head, visit)]);
    placed.push({ head, prepared, id, visit, changes, isTakenBack: false });
    return 'placed';
  }

  private checkGrid({ grid, source }: RecordHead): void {
    this.grid ??= grid;
    if (!sameGrid(this.grid, grid))
      throw new GridError(
        source,
        `of release "${this.request.release}" (${describeGrid(this.grid)})`,
        describeGrid(grid),
      );
  }

  /**
   * A batch that cannot be stored as a whole is stored spectrum by spectrum, each placed anew, so that the good ones of it are: another worker may have
   * stored the same star meanwhile.
   */
  private async storeAll(placed: readonly Placed[], simulated: boolean, failed: IngestFailure[]) {
    const wanted = placed.filter(({ isTakenBack }) => !isTakenBack);
    if (!placed.length) return { stored: [], overflowPixels: 0, revised: 0 };
    try {
      const overflowPixels = await this.store(placed, simulated);
      return { stored: wanted.map(({ head }) => head), overflowPixels, revised: wanted.filter(replaces).length };
    } catch (error) {
      if (!(error instanceof StarkinError)) throw error;
    }
    const stored: RecordHead[] = [];
    let [overflowPixels, revised] = [0, 0];
    for (const { head, prepared } of wanted) {
      const failure = await caught(head.source, async () => {
        const alone: Placed[] = [];
        this.place({ kind: 'prepared', head, prepared }, await this.versions([head]), alone);
        if (!alone.length) return;
        overflowPixels += await this.store(alone, simulated);
        revised += alone.filter(replaces).length;
        stored.push(head);
      });
      if (failure) failed.push(failure);
    }
    return { stored, overflowPixels, revised };
  }

  /** @returns the number of pixels that the encoding could not hold */
  private async store(all: readonly Placed[], simulated: boolean): Promise<number> {
    const placed = all.filter(({ isTakenBack }) => !isTakenBack);
    const heads = placed.map(({ head }) => head);
    const parameters = placed.flatMap(({ head, id, visit }) =>
      head.parameters && visit === 0 ? [{ starId: id, parameters: head.parameters }] : [],
    );
    return this.db.transaction(async (tx) => {
      const release = await ensureRelease(tx, this.request.release, { simulated });
      for (const survey of new Set(heads.map(this.surveyOf))) {
        const stars = heads.filter((head) => this.surveyOf(head) === survey).map(({ star }) => star);
        await ensureSurvey(tx, survey, { simulated });
        await storeStars(tx, release.id, survey, stars);
      }
      await stagedRevisions(tx, [release.id]);
      // A release has one grid, though files round it differently.
      const gridId = (await releaseGrid(tx, release.id))?.id ?? (await ensureGrid(tx, all[0].head.grid));
      await changeStaged(tx, release.id, all);
      await storeParameters(tx, release.id, parameters);
      const { overflowPixels } = await storeEncoded(
        tx,
        placed.map((one) => rowOf(one, release.id, gridId)),
      );
      await this.storeTruth(tx, release.id, heads);
      return overflowPixels;
    });
  }

  /** Both twins name each other, so the pair is complete when the later of them is stored. */
  private async storeTruth(tx: Database, releaseId: number, heads: readonly RecordHead[]): Promise<void> {
    const twins: [StarId, StarId][] = [];
    const born: { group: string; starId: StarId }[] = [];
    const abundances: { starId: StarId; element: string; value: number; sigma: null }[] = [];
    for (const head of heads) {
      const id = this.idOf(head);
      if (head.truth?.twin) twins.push([id, starId(this.surveyOf(head), head.truth.twin)]);
      if (head.truth?.group) born.push({ group: head.truth.group, starId: id });
      for (const [element, value] of Object.entries(head.truth?.abundances ?? {}))
        abundances.push({ starId: id, element, value, sigma: null });
    }
    await storeTwins(tx, releaseId, twins);
    await storeBirthGroups(tx, releaseId, born);
    await storeAbundances(tx, releaseId, abundances);
  }

  private readonly idOf = (head: RecordHead): StarId => starId(this.surveyOf(head), head.star.name);
}

function apply(change: StagedChange, placed: Placed): void {
  if (change.kind === 'move') placed.visit = change.to;
  else placed.isTakenBack = true;
}

/** Whether it takes the place of a published spectrum. */
function replaces({ changes }: Placed): boolean {
  return changes.some(({ kind }) => kind === 'retire');
}

function rowOf({ head, prepared, id, visit }: Placed, releaseId: number, gridId: number): EncodedRow {
  const { snr, checksum, source, properties } = head;
  const { encoded, continuum } = prepared;
  return { starId: id, visit, releaseId, gridId, encoded, continuum, snr, checksum, source, properties };
}

/** A failure that the user can mend, as a value; a defect is thrown on. */
export async function caught(source: string, work: () => Promise<void>): Promise<IngestFailure | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof StarkinError)) throw error;
    return toFailure(source, error);
  }
}

export function toFailure(source: string, { code, message }: StarkinError): IngestFailure {
  return { source, code, message };
}
