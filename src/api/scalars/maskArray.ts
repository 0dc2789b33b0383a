import { GraphQLScalarType } from 'graphql';
import { decimalText } from './decimalText.js';
import { JsonText } from './jsonText.js';

export const MaskArray = new GraphQLScalarType<never, JsonText | readonly string[][]>({
  name: 'MaskArray',
  description:
    "A JSON array, one element per pixel: an unsigned 32-bit integer of the survey's own mask bits, bit 0 the lowest; or, decoded, the list of the names of the bits that are set.",
  serialize(value) {
    if (value instanceof Uint32Array) return JsonText.of(decimalText(value, 0));
    if (Array.isArray(value)) return value;
    throw new TypeError(`MaskArray: expected 32-bit masks or names, found ${typeof value}`);
  },
});
