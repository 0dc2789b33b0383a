/** A star as its survey names it. */
export interface StarIdentity {
  /** The survey's own identifier, exactly as it came; a 64-bit number stays text. */
  readonly name: string;
  /** Other catalogues' identifiers, by catalogue: { '2mass': '17335483-2753043', gaia: '4061…' }. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Right ascension, degrees, ICRS, [0, 360). */
  readonly ra: number | null;
  /** Declination, degrees, ICRS, [-90, 90]. */
  readonly dec: number | null;
}

/** The key of a star in the archive: unique over all surveys, stable when the archive is rebuilt. */
export type StarId = `${string}:${string}`;

/** @param survey has no colon in it (the store's constraint); the name may */
export function starId(survey: string, name: string): StarId {
  return `${survey}:${name}`;
}

export function surveyOf(id: StarId): string {
  return id.slice(0, id.indexOf(':'));
}
