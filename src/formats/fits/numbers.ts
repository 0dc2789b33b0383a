/** The binary numbers of FITS: big-endian in the file, in the host's order here. */
export type NumberType = 'uint8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64';
export type IntegerArray =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;
export type NumberArray = IntegerArray | Float32Array | Float64Array;

export const numberBytes: Readonly<Record<NumberType, number>> = {
  uint8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  float32: 4,
  float64: 8,
};

/** BSCALE, BZERO and BLANK of an image; TSCALn, TZEROn and TNULLn of a column. */
export interface Scaling {
  readonly scale: number;
  readonly zero: number;
  /** The integer that means "no value"; null where there is none. */
  readonly blank: number | bigint | null;
}

/** @param bytes whole big-endian numbers in a buffer of their own; consumed, since their order is changed in place */
export function decodeNumbers(bytes: Buffer, type: NumberType): NumberArray {
  const size = numberBytes[type];
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
  const { buffer, byteOffset } = bytes;
  const length = bytes.length / size;
  if (type === 'uint8') return new Uint8Array(buffer, byteOffset, length);
  if (type === 'int16') return new Int16Array(buffer, byteOffset, length);
  if (type === 'int32') return new Int32Array(buffer, byteOffset, length);
  if (type === 'int64') return new BigInt64Array(buffer, byteOffset, length);
  return type === 'float32'
    ? new Float32Array(buffer, byteOffset, length)
    : new Float64Array(buffer, byteOffset, length);
}

/**
 * Integers whose scaling is none, or the convention by which FITS stores the other signedness (zero of half the range; FITS
 * Standard 4.0, tables 11 and 19). 64-bit values stay bigint.
 * @returns null when the scaling makes them something else than integers
 */
export function integers(raw: NumberArray, { scale, zero }: Scaling): IntegerArray | null {
  if (scale !== 1 || raw instanceof Float32Array || raw instanceof Float64Array) return null;
  if (zero === 0) return raw;
  if (raw instanceof Uint8Array && zero === -(2 ** 7)) return Int8Array.from(raw, (v) => v + zero);
  if (raw instanceof Int16Array && zero === 2 ** 15) return Uint16Array.from(raw, (v) => v + zero);
  if (raw instanceof Int32Array && zero === 2 ** 31) return Uint32Array.from(raw, (v) => v + zero);
  if (raw instanceof BigInt64Array && zero === 2 ** 63) return BigUint64Array.from(raw, (v) => v + 2n ** 63n);
  return null;
}

/** zero + scale · raw as doubles, blanks as NaN. Scaled 64-bit integers are rounded to doubles: their scaled value is one. */
export function physical(raw: NumberArray, { scale, zero, blank }: Scaling): Float64Array {
  if (raw instanceof Float64Array && scale === 1 && zero === 0) return raw;
  const floats = raw instanceof Float32Array || raw instanceof Float64Array;
  const missing = floats || blank === null ? null : raw instanceof BigInt64Array ? BigInt(blank) : Number(blank);
  const values = new Float64Array(raw.length);
  for (let i = 0; i < raw.length; i++) values[i] = raw[i] === missing ? NaN : zero + scale * Number(raw[i]);
  return values;
}
