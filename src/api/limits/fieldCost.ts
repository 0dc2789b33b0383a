import { type GraphQLField, getNamedType, isCompositeType, isListType, isNonNullType } from 'graphql';
import { Extensions } from 'type-graphql';

/** What a field costs, in units of one object that is looked up. */
export interface FieldCost {
  /** Of the field itself, each time that it is answered. */
  readonly own?: number;
  /** How often what it holds is answered: a number, or the argument that says so. By default `first`, or the length of the list `ids`; a list that nothing bounds counts as 3. */
  readonly times?: number | string;
}

/** Tells the cost of a field, beside its definition. Where nothing is told an object or list costs 1 and a scalar nothing. */
export function Cost(cost: FieldCost): ReturnType<typeof Extensions> {
  return Extensions({ cost });
}

type AnyField = GraphQLField<unknown, unknown>;

/** Items of a list that no argument bounds, such as the releases or a star's visits. */
const USUAL_LIST = 3;
/** What a connection consists of: its cost is told by the field that returns it. */
const parts = new Set(['edges', 'pageInfo', 'cursor']);

/** Cost of a field without what it holds. */
export function ownCost(field: AnyField): number {
  return declared(field).own ?? (isCompositeType(getNamedType(field.type)) && !parts.has(field.name) ? 1 : 0);
}

/**
 * How often what a field holds is answered.
 * @param maximum largest page: what asks for more is refused by the field itself, which can name the argument
 */
export function times(field: AnyField, args: Readonly<Record<string, unknown>>, maximum: number): number {
  const { times: told } = declared(field);
  if (typeof told === 'number') return told;
  const argument = told ?? ['first', 'ids'].find((name) => field.args.some((arg) => arg.name === name));
  if (argument === undefined) return isList(field) && !parts.has(field.name) ? USUAL_LIST : 1;
  const value = args[argument];
  const asked = Array.isArray(value) ? value.length : Number(value ?? 1);
  return Math.min(Math.max(asked, 0), maximum) || 0;
}

function declared(field: AnyField): FieldCost {
  return (field.extensions.cost as FieldCost | undefined) ?? {};
}

function isList({ type }: AnyField): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
