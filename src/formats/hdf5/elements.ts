import type { Metadata } from 'h5wasm/node';

/** Classes of HDF5 datatypes by the C library's numbers (H5T_class_t). */
const classes = {
  0: 'integer',
  1: 'float',
  2: 'time',
  3: 'string',
  4: 'bit field',
  5: 'opaque',
  6: 'compound',
  7: 'reference',
  8: 'enumeration',
  9: 'variable-length sequence',
  10: 'array',
} as const;
export type ElementClass = (typeof classes)[keyof typeof classes] | 'unknown';

/** Numbers as they come out of a file; 64-bit integers as doubles. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** The type of a dataset's or attribute's elements. */
export function elementClass({ type }: Pick<Metadata, 'type'>): ElementClass {
  return classes[type as keyof typeof classes] ?? 'unknown';
}

/** A type in the words of an error message: 'float32', 'uint8', 'string'. */
export function describeElements(metadata: Metadata): string {
  const kind = elementClass(metadata);
  if (kind === 'float') return `float${8 * metadata.size}`;
  return kind === 'integer' ? `${metadata.signed ? '' : 'u'}int${8 * metadata.size}` : kind;
}

/** True for types that decodeNumbers takes. */
export function isNumeric(metadata: Metadata): boolean {
  const kind = elementClass(metadata);
  if (kind === 'float') return [2, 4, 8].includes(metadata.size);
  return (kind === 'integer' || kind === 'enumeration') && [1, 2, 4, 8].includes(metadata.size);
}

/**
 * Numbers in memory's byte order (little-endian in WebAssembly) as doubles or narrower; 64-bit integers become doubles, so this is
 * for quantities and row numbers, never for identifiers.
 * @param bytes in a buffer of their own, from its start
 */
export function decodeNumbers({ buffer }: Uint8Array<ArrayBuffer>, metadata: Metadata): NumberArray {
  const { size, signed } = metadata;
  if (elementClass(metadata) === 'float') {
    if (size === 2) return Float32Array.from(new Uint16Array(buffer), fromHalf);
    return size === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
  }
  if (size === 8)
    return Float64Array.from<bigint>(signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer), Number);
  if (size === 4) return signed ? new Int32Array(buffer) : new Uint32Array(buffer);
  if (size === 2) return signed ? new Int16Array(buffer) : new Uint16Array(buffer);
  return signed ? new Int8Array(buffer) : new Uint8Array(buffer);
}

/** Strings of a fixed length, padded with NULs or blanks. */
export function decodeFixedStrings(bytes: Uint8Array, size: number): string[] {
  return Array.from({ length: bytes.length / size }, (_, i) => decodeString(bytes.subarray(i * size, (i + 1) * size)));
}

/** UTF-8 up to the first NUL, without trailing blanks. */
export function decodeString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.buffer, bytes.byteOffset, end < 0 ? bytes.length : end)
    .toString('utf8')
    .trimEnd();
}

/** IEEE 754 binary16, which h5wasm does not decode. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
