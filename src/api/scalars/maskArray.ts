import { GraphQLScalarType } from 'graphql';

export const MaskArray = new GraphQLScalarType<readonly number[], readonly number[]>({
  name: 'MaskArray',
  description: "A JSON array of unsigned 32-bit integers, one per pixel: the survey's own mask bits, bit 0 the lowest.",
  serialize(value) {
    if (value instanceof Uint32Array) return Array.from(value);
    throw new TypeError(`MaskArray: expected 32-bit masks, found ${typeof value}`);
  },
});
