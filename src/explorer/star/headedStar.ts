import type { StarHeaderQuery } from '../generated/graphql';

/** What every view of a star knows of it. */
export type HeadedStar = NonNullable<StarHeaderQuery['star']>;
