import { ConflictError } from '../src/domain/errors.js';
import { compareReductions } from '../src/domain/reduction.js';
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
 * release of its own. What is published is never changed: then the newer one does, too.
 *
 * None of this depends on the order in which files are read.
 */
export type Placement =
  | { readonly kind: 'known' }
  /** A newer reduction is there. */
  | { readonly kind: 'superseded'; readonly by: string }
  /** Goes to this visit, after these changes to what is staged. */
  | { readonly kind: 'store'; readonly visit: number; readonly changes: readonly StagedChange[] };

/** Telescopes of the survey, in the order that settles a tie of signal to noise. */
const telescopes = ['apo25m', 'lco25m', 'apo1m'];
/** More than the visits of any star. */
const BLOCK = 100_000;

/** The first visit of the spectra of a telescope that are kept beside those of another. */
export function visitsBeside(telescope: string): number {
  return BLOCK * (1 + telescopes.indexOf(telescope));
}

/**
 * @param stored the star's spectra in the release
 * @param release its name, for errors
 * @throws ConflictError when there is another spectrum under the same key, and neither is known to be newer or it is published
 */
export function placeSpectrum(stored: readonly StoredVersion[], head: RecordHead, release: string): Placement {
  const telescope = textOf(head.properties.telescope);
  const main = stored.filter(({ visit }) => visit < BLOCK);
  const mainTelescope = main.find((version) => version.telescope !== null)?.telescope ?? null;
  if (!main.length || !telescope || !mainTelescope || telescope === mainTelescope || !telescopes.includes(telescope))
    return within(stored, head, 0, release);
  const beside = visitsBeside(telescope);
  const own = stored.filter(({ visit }) => visit >= beside && visit < beside + BLOCK);
  const isKnown = own.some(({ visit, checksum }) => visit === beside + head.visit && checksum === head.checksum);
  const staged = [...main, ...own].every(({ published }) => !published);
  if (isKnown || head.visit !== 0 || !staged || !isBetter(head, telescope, main))
    return within(stored, head, beside, release);
  const changes: StagedChange[] = [
    ...main.map(({ visit }) => ({ kind: 'move' as const, visit, to: visitsBeside(mainTelescope) + visit })),
    ...own.map(({ visit }) => ({ kind: 'move' as const, visit, to: visit - beside })),
  ];
  const placed = within(changed(stored, changes), head, 0, release);
  return placed.kind === 'store' ? { ...placed, changes: [...changes, ...placed.changes] } : placed;
}

/** The star's spectra after changes. */
export function changed(stored: readonly StoredVersion[], changes: readonly StagedChange[]): StoredVersion[] {
  let versions = [...stored];
  for (const change of changes)
    versions = versions.flatMap((version) => {
      if (version.visit !== change.visit) return [version];
      return change.kind === 'remove' ? [] : [{ ...version, visit: change.to }];
    });
  return versions;
}

function within(stored: readonly StoredVersion[], head: RecordHead, block: number, release: string): Placement {
  const visit = block + head.visit;
  const earlier = stored.find((version) => version.visit === visit);
  if (!earlier) return { kind: 'store', visit, changes: [] };
  if (earlier.checksum === head.checksum) return { kind: 'known' };
  const reduction = textOf(head.properties.reduction);
  const order = reduction && earlier.reduction ? compareReductions(reduction, earlier.reduction) : null;
  if (order !== null && order < 0) return { kind: 'superseded', by: earlier.reduction as string };
  if (order === null || order === 0 || earlier.published) throw conflict(head, earlier, release);
  // Its visits too: they are numbered anew in each reduction.
  const older = stored.filter(
    (version) => version.reduction === earlier.reduction && version.visit >= block && version.visit < block + BLOCK,
  );
  const gone = head.visit === 0 ? older : [earlier];
  return { kind: 'store', visit, changes: gone.map((version) => ({ kind: 'remove', visit: version.visit })) };
}

function isBetter({ snr }: RecordHead, telescope: string, main: readonly StoredVersion[]): boolean {
  const combined = main.find(({ visit }) => visit === 0);
  if (!combined) return true;
  const [ours, theirs] = [snr ?? 0, combined.snr ?? 0];
  return ours === theirs ? telescopes.indexOf(telescope) < telescopes.indexOf(combined.telescope ?? '') : ours > theirs;
}

function conflict(head: RecordHead, earlier: StoredVersion, release: string): ConflictError {
  const what = head.visit ? `visit ${head.visit}` : 'combined';
  const reductions = [earlier.reduction, textOf(head.properties.reduction)].map((name) => name ?? 'not named');
  const differ = reductions[0] === reductions[1] ? '' : ` (reduction ${reductions[0]}, this one ${reductions[1]})`;
  return new ConflictError(
    `${head.source}: ${head.star.name}, ${what}, is in release "${release}" with sha256 ${earlier.checksum.slice(0, 12)}…, and here it has ${head.checksum.slice(0, 12)}…${differ}`,
    'ingest another reduction into a release of its own',
  );
}

function textOf(value: string | number | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
