import { describe, expect, it } from 'vitest';
import { decimalText } from '../../src/api/scalars/decimalText.js';
import { encodeFloats } from '../../src/api/scalars/floatArray.js';
import { JsonText, writeAnswer } from '../../src/api/scalars/jsonText.js';
import { SpectrumEncoding } from '../../src/api/scalars/spectrumEncoding.js';
import { fc } from '../properties.js';

describe('an array of decimals', () => {
  const rounded = (values: Float64Array, decimals: number) =>
    JSON.stringify(Array.from(values, (value) => Math.round(value * 10 ** decimals) / 10 ** decimals));

  it('is what JSON.stringify writes of the rounded numbers, whatever they are', () => {
    const value = fc.oneof(
      fc.double(),
      fc.double({ min: -3, max: 3 }),
      fc.double({ min: -30_000, max: 30_000 }),
      // A few digits, and their neighbours of ten digits and more.
      fc
        .tuple(fc.integer({ min: -2_200_000, max: 2_200_000 }), fc.nat(6))
        .map(([digits, power]) => digits / 10 ** power),
      fc.constantFrom(
        0,
        -0,
        1e-6,
        -1e-7,
        21474.83647,
        21474.83648,
        -21474.83648,
        -21474.83649,
        Number.NaN,
        1e300,
        -1e305,
      ),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 40 }), fc.nat(6), (list, decimals) => {
        const values = Float64Array.from(list);
        expect(decimalText(values, decimals)).toBe(rounded(values, decimals));
      }),
      { numRuns: 500 },
    );
  });

  it('may be of whole numbers', () => {
    const masks = Uint32Array.of(0, 1, 10, 8192, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1);
    expect(decimalText(masks, 0)).toBe(JSON.stringify([...masks]));
  });

  it('may be empty, and longer than any before it', () => {
    expect(decimalText(new Float32Array(0), 5)).toBe('[]');
    const far = new Float64Array(2000).fill(-Number.MAX_VALUE / 1e6);
    expect(decimalText(far, 5)).toBe(rounded(far, 5));
  });
});

describe('BASE64_F32', () => {
  const bitsOf = (values: Float32Array | Float64Array) => {
    const text: string = JSON.parse(JSON.stringify(encodeFloats(values, SpectrumEncoding.BASE64_F32, 5)));
    const bytes = Buffer.from(text, 'base64');
    return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
  };
  const nan = 0x7fc00000;

  it('holds every bit of finite numbers, and one NaN for all others', () => {
    const special = fc.constantFrom(nan, 0x7fc00001, 0xffc00000, 0x7f800000, 0xff800000, 0x80000000, 0x00000001);
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(2 ** 32 - 1), special), { maxLength: 20 }), fc.nat(3), (bits, skipped) => {
        // From the middle of a larger buffer, as rows of a batch are.
        const values = new Float32Array(Uint32Array.from([...bits.slice(0, skipped), ...bits]).buffer).subarray(
          Math.min(skipped, bits.length),
        );
        const expected = bits.map((word, i) => (Number.isFinite(values[i]) ? word : nan));
        expect(bitsOf(values)).toEqual(expected);
        expect([...new Uint32Array(values.slice().buffer)]).toEqual(bits);
      }),
    );
  });

  it('rounds numbers of 64 bits', () => {
    const third = new Uint32Array(Float32Array.of(1 / 3).buffer)[0];
    expect(bitsOf(Float64Array.of(1 / 3, Number.POSITIVE_INFINITY, Number.NaN))).toEqual([third, nan, nan]);
  });
});

describe('an answer', () => {
  const place = fc.oneof(
    fc.array(fc.integer(), { maxLength: 4 }).map((list) => JsonText.of(JSON.stringify(list))),
    fc.base64String({ maxLength: 20 }).map((text) => JsonText.of(JSON.stringify(text))),
  );
  const { answer } = fc.letrec((tie) => ({
    answer: fc.oneof(
      { depthSize: 'medium' },
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(null, 1.5, true),
      place,
      fc.array(tie('answer'), { maxLength: 5 }),
      fc.dictionary(fc.string({ unit: 'grapheme' }), tie('answer'), { maxKeys: 5 }),
    ),
  }));

  it('is the same to the byte with texts of JSON in it and with what they say', () => {
    fc.assert(
      fc.property(answer, (given) => {
        // Outside of an answer a text is what it says.
        const expected = Buffer.from(`${JSON.stringify(given)}\n`);
        const written = writeAnswer(given);
        expect(Buffer.compare(Buffer.from(written as string), expected)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('that cannot be written leaves nothing behind for the next', () => {
    const broken = [
      JsonText.of('1'),
      {
        toJSON() {
          throw new Error('no JSON');
        },
      },
    ];
    expect(() => writeAnswer(broken)).toThrow('no JSON');
    expect(JSON.stringify([JsonText.of('[2,null]')])).toBe('[[2,null]]');
    expect(String(writeAnswer({ a: JsonText.of('"b"') }))).toBe('{"a":"b"}\n');
  });
});
