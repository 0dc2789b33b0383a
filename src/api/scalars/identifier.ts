import { GraphQLError, GraphQLID, GraphQLScalarType } from 'graphql';

/**
 * GraphQL's own ID, but for numbers that cannot be the ones that were sent: identifiers of Gaia and SDSS have 64 bits, of which JSON.parse keeps 53, so that the
 * star of another number would be looked up.
 */
export const ID = new GraphQLScalarType<string, string>({
  ...GraphQLID.toConfig(),
  parseValue(value) {
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new GraphQLError(
        `ID cannot represent ${value}: numbers beyond ${Number.MAX_SAFE_INTEGER} lose their last digits, send it as a string`,
      );
    return GraphQLID.parseValue(value);
  },
});
