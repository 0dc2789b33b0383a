import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** How fields that take arguments are asked within other fields: the arguments as text. null: the field is left out, for the reason beside it. */
const asked: Readonly<Record<string, string | null>> = {
  'Star.twins': '(first: 50)',
  // Decoding needs a model that was trained; what is decoded is the latent, which is asked.
  'Star.recast': null,
  'Star.recastLike': null,
};

/**
 * A selection of all fields of a type, of all that they hold, and so on; a type that is met again within itself is asked for its leaves. A new
 * field is in it by itself.
 * @throws Error naming a field that needs an argument and is not told of above
 */
export function everyField(schema: GraphQLSchema, type: GraphQLNamedType, above: readonly string[] = []): string {
  if (isAbstractType(type)) {
    const parts = schema.getPossibleTypes(type).map((one) => `... on ${one.name} ${everyField(schema, one, above)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  if (!isObjectType(type)) throw new Error(`${type.name} has no fields`);
  const again = above.includes(type.name);
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const args = argumentsOf(type.name, field);
    const inner = getNamedType(field.type);
    if (args === null) return [];
    if (isLeafType(inner)) return [`${field.name}${args}`];
    return again ? [] : [`${field.name}${args} ${everyField(schema, inner, [...above, type.name])}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

function argumentsOf(type: string, field: GraphQLField<unknown, unknown>): string | null {
  const place = `${type}.${field.name}`;
  if (place in asked) return asked[place];
  if (field.args.some(isRequiredArgument)) throw new Error(`tell in everyField.ts how ${place} is asked`);
  return '';
}
