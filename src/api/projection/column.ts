import { Field, ObjectType } from 'type-graphql';
import type { PointAbundances } from '../../storage/projection.js';
import { ID } from '../scalars/identifier.js';

@ObjectType({
  description:
    'The abundances of one species, star by star in the order of `ids`, as an estimator of the model has them.',
})
export class AbundanceColumn {
  @Field({ description: 'Symbol of the element: its values are [Fe/H] for Fe, [X/Fe] for the others.' })
  readonly element!: string;
  @Field({ description: 'How they were got: nonlinear or linear.' })
  readonly method!: string;
  @Field(() => ID, { description: 'Name of the estimator.' })
  readonly estimator!: string;
  /** Not a field: one statement for all species that were asked for, when a value is first asked. */
  readonly load!: () => Promise<PointAbundances>;
}

@ObjectType({
  description:
    'What one of several names fits each star, star by star in the order of `ids`. The names are those of this page: pages are joined by `keys`.',
})
export class NameColumn {
  @Field(() => [String], { description: 'The names that stars of this page have.' })
  readonly names!: readonly string[];
  @Field(() => [ID], {
    description: 'The same as other fields take them: `stars(filter: { release })`, `group(id:)`.',
  })
  readonly keys!: readonly string[];
  /** Not a field: the resolver writes it in the encoding asked for. */
  readonly places!: Float32Array;
}

/** A column of what a name is told of by each star; undefined or NaN: by none. */
export function nameColumn(told: readonly ({ readonly key: string; readonly name: string } | undefined)[]): NameColumn {
  const places = new Map<string, number>();
  const names: string[] = [];
  const column = Float32Array.from(told, (one) => {
    if (!one) return Number.NaN;
    if (!places.has(one.key)) {
      places.set(one.key, names.length);
      names.push(one.name);
    }
    return places.get(one.key) as number;
  });
  return { names, keys: [...places.keys()], places: column };
}
