import { GraphQLScalarType } from 'graphql';

export const MaskArray = new GraphQLScalarType<readonly number[] | readonly string[][], readonly number[]>({
  name: 'MaskArray',
  description:
    "A JSON array, one element per pixel: an unsigned 32-bit integer of the survey's own mask bits, bit 0 the lowest; or, decoded, the list of the names of the bits that are set.",
  serialize(value) {
    if (value instanceof Uint32Array) return Array.from(value);
    if (Array.isArray(value)) return value;
    throw new TypeError(`MaskArray: expected 32-bit masks or names, found ${typeof value}`);
  },
});
