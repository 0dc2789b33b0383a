import { expect, test } from 'vitest';
import { StarkinError } from '../../../src/domain/errors.js';
import { readArtefact, writeArtefact } from '../../../src/science/artefact/artefact.js';
import type { Tensor, Tensors } from '../../../src/science/artefact/tensors.js';
import { fc } from '../../properties.js';

const sample: Tensors = {
  'encoder.0.kernel': { shape: [2, 3], values: Float32Array.of(1, -2.5, 3, Number.NaN, Number.POSITIVE_INFINITY, -0) },
  wavelength: { shape: [3], values: Float64Array.of(15100.1, 15100.3, 1e-300) },
  empty: { shape: [0, 4], values: new Float32Array() },
  scalar: { shape: [], values: Float32Array.of(7) },
};
const metadata = { method: 'faderdis', note: 'λ in Å, "quoted"\n' };

test('tensors and metadata come back bit by bit', () => {
  const read = readArtefact(writeArtefact(sample, metadata));
  expect(read.metadata).toEqual(metadata);
  expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(sample).sort());
  for (const [name, tensor] of Object.entries(sample)) expect(read.tensors[name]).toStrictEqual(tensor);
});

test('any names, shapes and numbers make the round trip', () => {
  const tensor = fc
    .oneof(fc.float32Array(), fc.float64Array())
    .map((values): Tensor => ({ shape: [values.length], values }));
  const name = fc.string().filter((text) => text !== '__metadata__' && text !== '__proto__');
  fc.assert(
    fc.property(fc.dictionary(name, tensor), fc.dictionary(name, fc.string()), (tensors, text) => {
      const read = readArtefact(writeArtefact(tensors, text));
      expect(new Map(Object.entries(read.tensors))).toStrictEqual(new Map(Object.entries(tensors)));
      expect(new Map(Object.entries(read.metadata))).toStrictEqual(new Map(Object.entries(text)));
    }),
  );
});

test('the layout is that of safetensors, worked by hand', () => {
  const bytes = writeArtefact(
    { b: { shape: [1], values: Float32Array.of(1) }, a: { shape: [1], values: Float64Array.of(2) } },
    {},
  );
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  expect((8 + length) % 8).toBe(0);
  expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
    __metadata__: {},
    a: { dtype: 'F64', shape: [1], data_offsets: [0, 8] },
    b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
  });
  expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0x80, 0x3f]);
});

test('values that do not fill their shape, and reserved names, are not written', () => {
  expect(() => writeArtefact({ a: { shape: [3], values: Float32Array.of(1) } }, {})).toThrow(RangeError);
  const tensor = sample.scalar;
  for (const name of ['__metadata__', '__proto__'])
    expect(() => writeArtefact(Object.fromEntries([[name, tensor]]), {})).toThrow(RangeError);
});

test('the order in which tensors and metadata are given does not change the bytes', () => {
  const reversed = <T>(record: Readonly<Record<string, T>>) => Object.fromEntries(Object.entries(record).reverse());
  expect(writeArtefact(reversed(sample), reversed(metadata))).toEqual(writeArtefact(sample, metadata));
});

test('an artefact that lies at an odd place of a larger buffer is read', () => {
  const bytes = writeArtefact(sample, metadata);
  const shifted = Buffer.concat([Buffer.of(1, 2, 3), bytes]).subarray(3);
  expect(readArtefact(shifted).tensors).toStrictEqual(readArtefact(bytes).tensors);
});

test('an artefact cut short or made longer anywhere is refused as a bad file', () => {
  const bytes = writeArtefact(sample, metadata);
  for (let length = 0; length < bytes.length; length++)
    expect(() => readArtefact(bytes.subarray(0, length))).toThrow(badFile);
  expect(() => readArtefact(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(badFile);
});

test('damaged bytes are refused as a bad file or read as tensors that fill their shapes, never anything else', () => {
  const bytes = writeArtefact(sample, metadata);
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        try {
          for (const { shape, values } of Object.values(readArtefact(damaged).tensors))
            expect(values.length).toBe(shape.reduce((product, n) => product * n, 1));
        } catch (error) {
          if (!(error instanceof StarkinError)) throw error;
          expect(error.code).toBe('BAD_FILE');
          refused++;
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

const entry = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
test.each([
  ['an integer type', { a: { ...entry, dtype: 'I64' } }, /tensor "a", dtype/],
  ['a negative length', { a: { ...entry, shape: [-2] } }, /tensor "a", shape/],
  ['a shape that overflows', { a: { ...entry, shape: [2 ** 40, 2 ** 40] } }, /bytes for F32 of shape/],
  [
    'a shape that its bytes do not fill',
    { a: { ...entry, shape: [3] } },
    /12 bytes for F32 of shape \[3\], found 8 bytes/,
  ],
  [
    'tensors that overlap',
    { a: entry, b: { ...entry, data_offsets: [4, 12] } },
    /tensor "b": expected to begin at byte 8/,
  ],
  ['a hole before a tensor', { a: { ...entry, data_offsets: [4, 12] } }, /tensor "a": expected to begin at byte 0/],
  [
    'an end beyond the data',
    { a: { ...entry, shape: [4], data_offsets: [0, 16] } },
    /an end between byte 0 and 12, found byte 16/,
  ],
  ['an end before its beginning', { a: { ...entry, data_offsets: [0, -8] } }, /tensor "a", data_offsets/],
  ['metadata that is no text', { __metadata__: { a: 1 } }, /__metadata__, a/],
  ['a header that is a list', [entry], /header/],
])('%s is refused with its place', (_, header, message) => {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + 12);
  bytes[0] = text.length;
  bytes.set(text, 8);
  expect(() => readArtefact(bytes)).toThrow(message);
  expect(() => readArtefact(bytes)).toThrow(badFile);
});

test('a header length beyond the bytes is refused before anything is allocated', () => {
  expect(() => readArtefact(new Uint8Array(16).fill(255))).toThrow(/a header of at most 8 bytes/);
});

const badFile = expect.objectContaining({ code: 'BAD_FILE' });
