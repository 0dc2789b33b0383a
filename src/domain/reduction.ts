/**
 * Versions by which surveys name their reductions, in the order in which they were made: SDSS APOGEE's r5, r8, r12, l31c, dr16, dr17 (SDSS data
 * model, APOGEE_REDUX), then SDSS-V's 1.2, 1.3. A second word is the version of a later step: '1.3 astra-0.6.0'.
 * @returns negative when a is older than b, 0 when they are the same, null when they cannot be ordered
 */
export function compareReductions(a: string, b: string): number | null {
  if (a === b) return 0;
  const [first, second] = [rank(a), rank(b)];
  if (!first || !second) return null;
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const difference = (first[i] ?? 0) - (second[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const eras: readonly RegExp[] = [/^r(\d+)$/, /^l(\d+)[a-z]?$/, /^dr(\d+)$/, /^v?(\d+(?:\.\d+)*)$/];

/** The era, three numbers of the version, then three of the later step; null for a name that is none of these. */
function rank(reduction: string): number[] | null {
  const [version, step = 'astra-0'] = reduction.toLowerCase().split(' ');
  const era = eras.findIndex((pattern) => pattern.test(version));
  const later = /^astra-(\d+(?:\.\d+)*)$/.exec(step)?.[1];
  if (era < 0 || later === undefined) return null;
  return [era, ...numbers(eras[era].exec(version)?.[1] ?? ''), ...numbers(later)];
}

function numbers(version: string): number[] {
  const parts = version.split('.').map(Number);
  return [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0];
}
