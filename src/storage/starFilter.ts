import type { Cone } from '../domain/skyPosition.js';
import type { StarId } from '../domain/star.js';
import { flagMask, flagWords } from '../domain/surveyFlags.js';
import { type AbundanceCondition, abundanceCondition, abundancePrefilter } from './abundanceFilter.js';
import type { Bind } from './bind.js';
import { insideCone, nearCone, placeIn } from './cone.js';
import { observedIn } from './observedTime.js';
import { inRange, type Range } from './range.js';
import { seenAt, seenIn } from './revision.js';
import { VISIBLE, type View } from './view.js';

/** All conditions must hold; an absent one (undefined or null) holds always. */
export interface StarFilter {
  readonly ids?: readonly StarId[] | null | undefined;
  /** Name of a visible release: only stars with a combined spectrum there. The other conditions hold in each star's newest one all the same. */
  readonly release?: string | null | undefined;
  /** Beginning of the survey's own name of the star. */
  readonly namePrefix?: string | null | undefined;
  /** The whole name, `*` for any run of characters. */
  readonly namePattern?: string | null | undefined;
  /** K */
  readonly teff?: Range | null | undefined;
  /** dex */
  readonly logg?: Range | null | undefined;
  /** dex */
  readonly feh?: Range | null | undefined;
  /** 1 sigma, K; a value that is taken as exact has none, and is in no range. */
  readonly teffError?: Range | null | undefined;
  /** 1 sigma, dex. */
  readonly loggError?: Range | null | undefined;
  /** 1 sigma, dex. */
  readonly fehError?: Range | null | undefined;
  /** Of the combined spectrum. */
  readonly snr?: Range | null | undefined;
  /** Names of flags of the combined spectrum (domain/surveyFlags): at least one of `any` is set, and none of `none`. */
  readonly flags?:
    | { readonly any?: readonly string[] | null | undefined; readonly none?: readonly string[] | null | undefined }
    | null
    | undefined;
  /** When the combined spectrum was observed, Modified Julian Dates: in one of these ranges, in part at least (observedTime.ts). */
  readonly observed?: readonly Range[] | null | undefined;
  /** Stars without a position are in no cone. */
  readonly cone?: Cone | null | undefined;
  readonly abundances?: readonly AbundanceCondition[] | null | undefined;
  /** Only members of the group that is made of these rows (see starGroup.ts). */
  readonly groupRows?: readonly number[] | null | undefined;
}

/**
 * To follow a FROM clause that has `star`: its combined spectrum in the newest visible release as `combined` (stars without one drop out), and, where the filter asks for them or the
 * stars are `ordered` by them, its parameters from the newest that has them as `known`: to look them up for nothing took a fifth of a list's time. Subqueries per star: an index look-up
 * each, and a page in order of id reads no more stars than it shows. With a cone, `place` too: see placeIn.
 */
export function catalogueOf(filter: StarFilter | null | undefined, bind: Bind, { ordered = false } = {}): string {
  const catalogue = ordered || asksForParameters(filter) ? CATALOGUE : COMBINED;
  return filter?.cone ? `${catalogue} ${placeIn(filter.cone, bind)}` : catalogue;
}

const COMBINED = `
  cross join lateral (
    select s.snr, s.properties, s.release_id from ${VISIBLE}
    join spectrum s on s.star_id = star.id and s.release_id = visible.release_id and s.visit = 0 and ${seenIn('s')}
    order by visible.rank limit 1) as combined`;

export const CATALOGUE = `${COMBINED}
  left join lateral (
    select p.teff, p.logg, p.feh, p.teff_error, p.logg_error, p.feh_error from ${VISIBLE}
    join star_parameters p on p.star_id = star.id and p.release_id = visible.release_id and ${seenIn('p')}
    order by visible.rank limit 1) as known on true`;

/** The filter as SQL conditions on `star` and what catalogueOf adds to it. */
export function filterConditions(view: View, filter: StarFilter | null | undefined, bind: Bind): string[] {
  const { ids, release, namePrefix, namePattern, snr, flags, observed, cone, abundances, groupRows } = filter ?? {};
  return [
    ...(release ? [inRelease(view, release, bind)] : []),
    ...(ids ? [`star.id = any(${bind(ids)}::text[])`] : []),
    ...(namePrefix ? [`star.name ^@ ${bind(namePrefix)}::text`] : []),
    ...(namePattern ? matching('star.name', namePattern, bind) : []),
    ...parameterRanges('known', filter, bind),
    ...inRange('combined.snr', snr, bind),
    ...(flags?.any ? [`(${['false', ...flagged(flags.any, bind)].join(' or ')})`] : []),
    ...(flags?.none ? flagged(flags.none, bind).map((set) => `not ${set}`) : []),
    ...(observed ? [observedIn(observed, bind)] : []),
    ...(cone ? insideCone(cone, bind) : []),
    ...(abundances ?? []).map((condition) => abundanceCondition(condition, bind)),
    ...(groupRows ? [inGroup('star.id', groupRows, bind)] : []),
  ];
}

/**
 * Conditions on a column of star ids that every star of the filter meets, and few others: they say of any visible release what the filter says of the newest. For plans that look at all
 * stars: a pass over a table, where the filter itself costs look-ups for every star.
 */
export function prefilters(filter: StarFilter | null | undefined, id: string, bind: Bind): string[] {
  const ranges = parameterRanges('p', filter, bind);
  const { ids, cone, abundances, groupRows } = filter ?? {};
  return [
    ...(ids ? [`${id} = any(${bind(ids)}::text[])`] : []),
    ...(cone ? [nearCone(cone, id, bind)] : []),
    ...(ranges.length > 0
      ? [
          `${id} in (
            select p.star_id from ${VISIBLE} join star_parameters p on p.release_id = visible.release_id and ${seenIn('p')}
            where ${ranges.join(' and ')})`,
        ]
      : []),
    ...(abundances ?? []).map((condition) => abundancePrefilter(condition, id, bind)),
    ...(groupRows ? [inGroup(id, groupRows, bind)] : []),
  ];
}

/** What a release tells of a group `g` and its member `m` counts where the release is visible; the rows of groups that were found are visible as a whole. */
export const SEEN_MEMBER = `(g.release_id is null or exists (
      select 1 from ${VISIBLE} where visible.release_id = g.release_id and greatest(g.revision, m.revision) <= visible.revision))`;

function inGroup(id: string, rows: readonly number[], bind: Bind): string {
  return `${id} in (
    select m.star_id from sibling_group_member m join sibling_group g on g.id = m.group_id
    where g.id = any(${bind(rows)}::int[]) and ${SEEN_MEMBER})`;
}

/** Beside the pattern its beginning, which the index finds: of 100,000 names in 2.5 ms, where a pattern that begins with * looks at all of them in 11 to 26 (embedded, busy cores). */
function matching(column: string, pattern: string, bind: Bind): string[] {
  const [prefix] = pattern.split('*', 1);
  const like = pattern.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
  return [
    ...(prefix ? [`${column} ^@ ${bind(prefix)}::text`] : []),
    // The escape is written out: a setting of the server could make it another.
    `${column} like ${bind(like)}::text escape '\\'`,
  ];
}

/** @param table with the columns of star_parameters */
function parameterRanges(table: string, filter: StarFilter | null | undefined, bind: Bind): string[] {
  return rangesOf(filter).flatMap(([column, range]) => inRange(`${table}.${column}`, range, bind));
}

function asksForParameters(filter: StarFilter | null | undefined): boolean {
  return rangesOf(filter).some(([, range]) => range != null);
}

/** By column of star_parameters. */
function rangesOf(filter: StarFilter | null | undefined): [string, Range | null | undefined][] {
  const { teff, logg, feh, teffError, loggError, fehError } = filter ?? {};
  return Object.entries({ teff, logg, feh, teff_error: teffError, logg_error: loggError, feh_error: fehError });
}

/** The ends of a 64-bit word. */
const WORD = [-(2n ** 63n), 2n ** 63n - 1n];

/** A condition for each word that has some of these flags: that one of them is set. */
function flagged(names: readonly string[], bind: Bind): string[] {
  return flagWords.flatMap((word) => {
    const mask = flagMask(word, names);
    if (mask === 0n) return [];
    const value = `combined.properties -> '${word.keyword}'`;
    // A file may hold what is no word of 64 bits: it has no flags, and no query fails for it.
    return [
      `(case when jsonb_typeof(${value}) = 'number' then
          (case when (${value})::numeric between ${WORD[0]} and ${WORD[1]} then ((${value})::numeric::bigint & ${bind(String(mask))}::bigint) <> 0 else false end)
        else false end)`,
    ];
  });
}

function inRelease(view: View, name: string, bind: Bind): string {
  const release = view.releases.find((visible) => visible.name === name);
  if (!release) return 'false';
  const revision = `${bind(release.revision)}::int`;
  return `exists (
    select 1 from spectrum s
    where s.star_id = star.id and s.release_id = ${bind(release.id)}::int and s.visit = 0 and ${seenAt('s', revision)})`;
}
