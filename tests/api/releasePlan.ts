import fc from 'fast-check';
import { type StarId, starId } from '../../src/domain/star.js';

/** What a release tells of a star. */
export interface Told {
  readonly survey: string;
  readonly name: string;
  readonly aliases: Readonly<Record<string, string>>;
  readonly ra: number | null;
  /** null: no parameters. */
  readonly teff: number | null;
  readonly snr: number;
  /** 0: the combined spectrum. */
  readonly visit: 0 | 1;
  /** Searched vector; null: no latent. */
  readonly vector: readonly number[] | null;
}

export type Fate = 'published' | 'draft' | 'proprietary' | 'withdrawn';

export interface PlannedRelease {
  readonly name: string;
  readonly fate: Fate;
  readonly told: readonly Told[];
  /** Told after the publication, for the next one: of new stars, and in the place of what was told. */
  readonly staged: readonly Told[];
}

/** Releases in the order in which they are ingested; at least one is published for all. */
export type Plan = readonly PlannedRelease[];

// Names are few, and some are other stars' ids: releases tell of the same stars, and what they are called is ambiguous.
export const surveys = ['s', 't'];
export const names = ['A', 'B', 'C', 's:A', 't:B'];
export const aliases = ['1', '2', 'A', 's:C'];

const told: fc.Arbitrary<Told> = fc.record({
  survey: fc.constantFrom(...surveys),
  name: fc.constantFrom(...names),
  aliases: fc.dictionary(fc.constantFrom('gaia', '2mass'), fc.constantFrom(...aliases)),
  ra: fc.option(fc.integer({ min: 0, max: 359 })),
  teff: fc.option(fc.integer({ min: 4000, max: 4003 })),
  snr: fc.integer({ min: 50, max: 53 }),
  visit: fc.constantFrom(0, 0, 0, 1),
  vector: fc.option(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 })),
});
const tellings = (minLength: number) =>
  fc.uniqueArray(told, { minLength, maxLength: 7, selector: (one) => `${one.survey}:${one.name}` });

export const plans: fc.Arbitrary<Plan> = fc
  .array(
    fc.record({
      fate: fc.constantFrom<Fate>('published', 'draft', 'proprietary', 'withdrawn'),
      told: tellings(1),
      staged: tellings(0),
    }),
    { minLength: 2, maxLength: 4 },
  )
  .chain((releases) =>
    fc
      .record({
        open: fc.record({ fate: fc.constant<Fate>('published'), told: tellings(2), staged: tellings(0) }),
        place: fc.integer({ min: 0, max: releases.length }),
      })
      .map(({ open, place }) =>
        releases.toSpliced(place, 0, open).map((release, i) => ({ ...release, name: `r${i}` })),
      ),
  );

/**
 * The whole plan; what of it is published for all, as if nothing else had ever been ingested; or that with drafts and proprietary releases opened to all. And what is published for
 * all, as a second revision: of an empty release, or of one in which every spectrum was another before.
 */
export type Content = 'whole' | 'public' | 'opened' | 'second' | 'replaced';

export function idOf({ survey, name }: Pick<Told, 'survey' | 'name'>): StarId {
  return starId(survey, name);
}
