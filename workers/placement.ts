import { ConflictError } from '../src/domain/errors.js';
import { isCombined, VISITS_OF_A_TELESCOPE } from '../src/domain/exposure.js';
import { compareReductions } from '../src/domain/reduction.js';
import { sourceFile } from '../src/domain/spectrum.js';
import type { StagedChange, StoredVersion } from '../src/storage/storedVersion.js';
import type { RecordHead } from './preparation/part.js';

/**
 * Where a spectrum goes among those that its star has in a release.
 *
 * A star has one combined spectrum that is searched, visit 0, whoever observed it. Where two observatories did, it is the one of higher signal to noise; the
 * other one's spectra are kept beside it, a hundred thousand visits further on for each telescope, so that nothing is lost and nothing is searched twice.
 * They are not added up: their line spread functions differ.
 *
 * Of two reductions the newer one stands, by the survey's own version: a release is one reduction of the survey, and the older one belongs into a
 * release of its own; of published spectra the newer one does, too, unless it is asked for in their place. A file that comes again with other content stands in the place of what it
 * held before. What is published stays as it is until the next publication, which shows the new one.
 *
 * None of this depends on the order in which files are read, but for a file that is read in two states.
 */
export type Placement =
  | { readonly kind: 'known' }
  /** A newer reduction is there. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** Goes to this visit, after these changes to what is staged. */
  | { readonly kind: 'store'; readonly visit: number; readonly changes: readonly StagedChange[] };

/** Telescopes of the survey, in the order that settles a tie of signal to noise. */
const telescopes = ['apo25m', 'lco25m', 'apo1m'];

/** The first visit of the spectra of a telescope that are kept beside those of another. */
export function visitsBeside(telescope: string): number {
  return VISITS_OF_A_TELESCOPE * (1 + telescopes.indexOf(telescope));
}

/** Of what is asked for when spectra are placed. */
export interface PlacementRequest {
  /** The release's name, for errors. */
  readonly release: string;
  /** Whether what is given stands in the place of what is there, whatever file it came from. */
  readonly revise: boolean;
}

/**
 * @param stored the star's spectra in the release
 * @throws ConflictError when another file gave another spectrum under the same key, and neither is known to be newer or it is published
 */
export function placeSpectrum(
  stored: readonly StoredVersion[],
  head: RecordHead,
  request: PlacementRequest,
): Placement {
  const placed = within(stored, head, blockFor(stored, textOf(head.properties.telescope)), request);
  if (placed.kind !== 'store') return placed;
  const after = [...changed(stored, placed.changes), versionOf(head, placed.visit)];
  const moves = exchange(after);
  const [own] = changed([versionOf(head, placed.visit)], moves);
  return { kind: 'store', visit: own.visit, changes: [...placed.changes, ...moves] };
}

/** What a record will be among the stored ones. */
export function versionOf({ checksum, source, properties, snr }: RecordHead, visit: number): StoredVersion {
  const [telescope, reduction] = [textOf(properties.telescope), textOf(properties.reduction)];
  return { visit, checksum, source, telescope, reduction, snr, published: false };
}

/** The first visit number of a telescope's spectra: 0 unless those of another stand there. */
function blockFor(stored: readonly StoredVersion[], telescope: string | null): number {
  const main =
    stored.find(({ visit, telescope }) => visit < VISITS_OF_A_TELESCOPE && telescope !== null)?.telescope ?? telescope;
  return telescope === null || telescope === main || !telescopes.includes(telescope) ? 0 : visitsBeside(telescope);
}

/** Puts the telescope of the best combined spectrum first, as long as nothing of it or of the one that gives way is published. */
function exchange(versions: readonly StoredVersion[]): StagedChange[] {
  const combined = versions.filter(({ visit }) => isCombined(visit));
  const [best] = combined.toSorted(byQuality);
  const main = versions.filter(({ visit }) => visit < VISITS_OF_A_TELESCOPE);
  const mainTelescope = main.find(({ telescope }) => telescope !== null)?.telescope;
  if (!best || best.visit < VISITS_OF_A_TELESCOPE || !mainTelescope) return [];
  const others = versions.filter(({ visit }) => visit >= best.visit && visit < best.visit + VISITS_OF_A_TELESCOPE);
  if ([...main, ...others].some(({ published }) => published)) return [];
  return [
    ...main.map(({ visit }) => ({ kind: 'move' as const, visit, to: visitsBeside(mainTelescope) + visit })),
    ...others.map(({ visit }) => ({ kind: 'move' as const, visit, to: visit - best.visit })),
  ];
}

function byQuality(a: StoredVersion, b: StoredVersion): number {
  return (b.snr ?? 0) - (a.snr ?? 0) || telescopes.indexOf(a.telescope ?? '') - telescopes.indexOf(b.telescope ?? '');
}

/** The star's spectra after changes. */
export function changed(stored: readonly StoredVersion[], changes: readonly StagedChange[]): StoredVersion[] {
  let versions = [...stored];
  for (const change of changes)
    versions = versions.flatMap((version) => {
      if (version.visit !== change.visit) return [version];
      return change.kind === 'move' ? [{ ...version, visit: change.to }] : [];
    });
  return versions;
}

function within(
  stored: readonly StoredVersion[],
  head: RecordHead,
  block: number,
  { release, revise }: PlacementRequest,
): Placement {
  const visit = block + head.visit;
  const earlier = stored.find((version) => version.visit === visit);
  if (earlier?.checksum === head.checksum) return { kind: 'known' };
  // Visits are numbered anew in each reduction: those of an older one have no place beside a newer combination.
  const combined = stored.find((version) => version.visit === block);
  for (const other of [earlier, combined]) {
    const order = other && compare(head, other);
    if (order && order < 0 && !revise) return { kind: 'superseded', by: other.reduction ?? '' };
  }
  if (!earlier) return { kind: 'store', visit, changes: [] };
  const isNewer = (version: StoredVersion) => (compare(head, version) ?? 0) > 0;
  const isAgain = revise || sourceFile(head.source) === sourceFile(earlier.source);
  if (!isAgain && (!isNewer(earlier) || earlier.published)) throw conflict(head, earlier, release);
  const gone = stored.filter(
    (version) =>
      version === earlier ||
      (head.visit === 0 &&
        version.visit >= block &&
        version.visit < block + VISITS_OF_A_TELESCOPE &&
        (isNewer(version) || (isAgain && version.checksum !== head.checksum))),
  );
  return {
    kind: 'store',
    visit,
    changes: gone.map(({ visit, published }) => ({ kind: published ? 'retire' : 'remove', visit })),
  };
}

/** Positive when the record is of a newer reduction, null where that cannot be told. */
function compare({ properties }: RecordHead, { reduction }: StoredVersion): number | null {
  const own = textOf(properties.reduction);
  return own && reduction ? compareReductions(own, reduction) : null;
}

function conflict(head: RecordHead, earlier: StoredVersion, release: string): ConflictError {
  const what = head.visit ? `visit ${head.visit}` : 'combined';
  const reductions = [earlier.reduction, textOf(head.properties.reduction)].map((name) => name ?? 'not named');
  const differ = reductions[0] === reductions[1] ? '' : ` (reduction ${reductions[0]}, this one ${reductions[1]})`;
  return new ConflictError(
    `${head.source}: ${head.star.name}, ${what}, is in release "${release}" with sha256 ${earlier.checksum.slice(0, 12)}…, and here it has ${head.checksum.slice(0, 12)}…${differ}`,
    'ingest another reduction into a release of its own, or with --revise in the place of what is there',
  );
}

function textOf(value: string | number | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
