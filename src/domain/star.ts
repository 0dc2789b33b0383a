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

/** In the order of their code points, which is that of their bytes in UTF-8 and so the database's (collation "C"); JavaScript's own is of UTF-16 units. */
export function compareIds(a: StarId, b: StarId): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return codePointOrder(x) - codePointOrder(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points beyond all other units. */
function codePointOrder(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
