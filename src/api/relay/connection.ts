import { Field, ObjectType } from 'type-graphql';
import { InputError } from '../../domain/errors.js';

@ObjectType({ description: 'Where a page stands in its connection (Relay). Pages go forward only: first and after.' })
export class PageInfo {
  @Field({ description: 'True when further edges follow endCursor.' })
  readonly hasNextPage!: boolean;
  @Field({ description: 'True when this page was reached by a cursor.' })
  readonly hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  readonly startCursor!: string | null;
  @Field(() => String, { nullable: true, description: 'Cursor of the last edge, for `after`; null on an empty page.' })
  readonly endCursor!: string | null;
}

/** A page of edges out of `first` + 1 rows: the one too many tells that there is a next page. */
export function makePage<Row, Edge extends { cursor: string }>(
  rows: readonly Row[],
  first: number,
  after: string | null | undefined,
  toEdge: (row: Row) => Edge,
): { edges: Edge[]; pageInfo: PageInfo } {
  const edges = rows.slice(0, first).map(toEdge);
  const pageInfo = {
    hasNextPage: rows.length > first,
    hasPreviousPage: after != null,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo };
}

/** @throws InputError unless 1 <= first <= maximum */
export function checkFirst(first: number, maximum: number): void {
  if (!(first >= 1 && first <= maximum)) throw new InputError('first', `a number from 1 to ${maximum}`, first);
}
