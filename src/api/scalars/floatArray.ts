import { endianness } from 'node:os';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import { InputError } from '../../domain/errors.js';
import { decimalText } from './decimalText.js';
import { JsonText } from './jsonText.js';
import { SpectrumEncoding } from './spectrumEncoding.js';

/** What a FloatArray is in a request: a list with null in flagged places, or base64 text. */
export type GivenFloats = readonly (number | null)[] | string;

/** What it is in an answer: the same, base64 text and numbers of so many decimals in JSON already. */
export type EncodedFloats = readonly (number | null)[] | JsonText;

export const FloatArray = new GraphQLScalarType<GivenFloats, EncodedFloats>({
  name: 'FloatArray',
  description:
    'Floating-point numbers, one per pixel or component. With encoding ARRAY a JSON array of numbers, null where the value is unknown or ' +
    'flagged; with encoding BASE64_F32 one string: base64 of little-endian 32-bit floats, NaN in those places. An input takes either.',
  serialize(value) {
    if (value instanceof JsonText || Array.isArray(value)) return value;
    throw new TypeError(`FloatArray: expected encoded numbers, found ${typeof value}`);
  },
  // What is in it is checked by decodeFloats, which knows the field's name.
  parseValue(value) {
    if (typeof value === 'string' || Array.isArray(value)) return value;
    throw new GraphQLError('FloatArray takes a list of numbers and nulls, or base64 text');
  },
});

/**
 * Numbers as the client asked for them. NaN and infinities count as unknown.
 *
 * One scalar for the whole array, since [Float!] costs 110 ms and 161 kB each for 20 spectra of 8,575 pixels; this scalar takes 6 ms and 68 kB with 5 decimals (as a list of numbers 11 ms), as base64
 * .4 ms and 46 kB, the writing of the answer included.
 * @param decimals digits kept after the point by ARRAY; null keeps every digit of the number
 */
export function encodeFloats(
  values: Float32Array | Float64Array,
  encoding: SpectrumEncoding,
  decimals: number | null,
): EncodedFloats {
  if (encoding === SpectrumEncoding.BASE64_F32) return base64Text(values);
  return decimals === null ? toList(values) : JsonText.of(decimalText(values, decimals));
}

/**
 * Numbers that a client sent in either encoding; null becomes NaN.
 * @param field names them in an error
 * @throws InputError for a list with anything but numbers and nulls, or text that is no base64 of whole 32-bit floats
 */
export function decodeFloats(value: GivenFloats, field: string): Float64Array {
  if (typeof value === 'string') return fromBase64(value, field);
  return Float64Array.from(value, (number, i) => {
    if (number === null) return Number.NaN;
    if (typeof number === 'number') return number;
    throw new InputError(`element ${i} of ${field}`, 'a number or null', number);
  });
}

function fromBase64(text: string, field: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  // Buffer skips what is not base64.
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '') || bytes.length % 4 !== 0)
    throw new InputError(
      field,
      'base64 of little-endian 32-bit floats',
      `text of ${text.length} characters that is not`,
    );
  return Float64Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

function toList(values: Float32Array | Float64Array): (number | null)[] {
  const list = new Array<number | null>(values.length);
  for (let i = 0; i < values.length; i++) list[i] = Number.isFinite(values[i]) ? values[i] : null;
  return list;
}

/** Nothing in base64 needs escaping. */
function base64Text(values: Float32Array | Float64Array): JsonText {
  const length = 4 * Math.ceil((4 * values.length) / 3);
  return new JsonText(length + 2, (bytes, at) => {
    bytes[at] = bytes[at + 1 + length] = QUOTE;
    bytes.write(toBase64(values), at + 1, 'latin1');
  });
}

function toBase64(values: Float32Array | Float64Array): string {
  const floats = values instanceof Float32Array && !hasOtherNaN(values) ? values : withOneNaN(values);
  const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
  return (endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32()).toString('base64');
}

const QUOTE = '"'.charCodeAt(0);
/** NaN as JavaScript writes it, among many. */
const NAN_BITS = new Uint32Array(Float32Array.of(Number.NaN).buffer)[0];
const EXPONENT_BITS = 0x7f800000;

/** Whether a value is infinite, or NaN with other bits, as arithmetic may leave it. Most arrays have none and need no copy, 34 kB of a spectrum. */
function hasOtherNaN({ buffer, byteOffset, length }: Float32Array): boolean {
  const bits = new Uint32Array(buffer, byteOffset, length);
  for (let i = 0; i < length; i++) if ((bits[i] & EXPONENT_BITS) === EXPONENT_BITS && bits[i] !== NAN_BITS) return true;
  return false;
}

function withOneNaN(values: Float32Array | Float64Array): Float32Array {
  const floats = new Float32Array(values.length);
  for (let i = 0; i < floats.length; i++) {
    const value = values[i];
    // An infinity less itself is NaN too.
    floats[i] = value - value === 0 ? value : Number.NaN;
  }
  return floats;
}
