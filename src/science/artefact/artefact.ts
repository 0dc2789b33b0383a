import { z } from 'zod';
import { FileError } from '../../domain/errors.js';
import type { Tensor, Tensors } from './tensors.js';

/**
 * A model in bytes, in the layout of safetensors (https://huggingface.co/docs/safetensors): the length of the header in 8 bytes, a header
 * in JSON with type, shape and place of every tensor, then the numbers. All little-endian, as is the memory of every machine that Node runs
 * TensorFlow on. The same tensors and metadata always give the same bytes, so that a checksum names a model.
 */
export interface Artefact {
  readonly tensors: Tensors;
  /** Text that belongs to the numbers: method, settings, ranges. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * @throws RangeError (a defect of the caller) where values do not fill their shape, or a name is one that JSON objects keep for themselves
 */
export function writeArtefact(tensors: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array {
  const parts = artefactParts(tensors, metadata);
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The same bytes in their order, header first, without a copy of the numbers: a checkpoint of the paper's networks is 1.6 GB. Throws like writeArtefact. */
export function artefactParts(tensors: Tensors, metadata: Readonly<Record<string, string>>): Uint8Array[] {
  const reserved = [...Object.keys(tensors), ...Object.keys(metadata)].find((name) => RESERVED.includes(name));
  if (reserved) throw new RangeError(`${reserved} cannot name a tensor or metadata`);
  const names = Object.keys(tensors).sort((a, b) => bytesPer(tensors[b]) - bytesPer(tensors[a]) || (a < b ? -1 : 1));
  const header: Record<string, unknown> = { [METADATA]: sorted(metadata) };
  let end = 0;
  for (const name of names) {
    const { shape, values } = tensors[name];
    if (elements(shape) !== values.length)
      throw new RangeError(`tensor ${name}: ${values.length} values do not make the shape [${shape}]`);
    header[name] = { dtype: dtypeOf(tensors[name]), shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = LENGTH_BYTES + Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const head = new Uint8Array(start).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  head.set(text, LENGTH_BYTES);
  const numbers = names.map((name) => {
    const { buffer, byteOffset, byteLength } = tensors[name].values;
    return new Uint8Array(buffer, byteOffset, byteLength);
  });
  return [head, ...numbers];
}

/**
 * Reads what writeArtefact wrote, or any safetensors file of 32- and 64-bit floats. The arrays are copies: the bytes may be let go.
 * @throws FileError where the bytes are not exactly such a file: too short, a header that is no JSON, an unknown type, tensors that overlap, leave
 * holes, reach beyond the data or do not fill their shape. A changed number is not noticed here: the store's checksums are for that.
 */
export function readArtefact(bytes: Uint8Array): Artefact {
  const { entries, metadata, start } = readHeader(bytes);
  const data = bytes.length - start;
  let end = 0;
  const tensors: [string, Tensor][] = [];
  for (const [name, { dtype, shape, data_offsets }] of entries) {
    const place = `tensor ${JSON.stringify(name)}`;
    const [from, to] = data_offsets;
    if (from !== end)
      throw fault(place, `to begin at byte ${end} of the data, where the one before it ends`, `byte ${from}`);
    if (to < from || to > data) throw fault(place, `an end between byte ${from} and ${data}`, `byte ${to}`);
    const size = elements(shape) * BYTES[dtype];
    if (size !== to - from) throw fault(place, `${size} bytes for ${dtype} of shape [${shape}]`, `${to - from} bytes`);
    const content = Uint8Array.prototype.slice.call(bytes, start + from, start + to).buffer;
    tensors.push([name, { shape, values: dtype === 'F32' ? new Float32Array(content) : new Float64Array(content) }]);
    end = to;
  }
  if (end !== data) throw fault('data', `${end} bytes, as the header lists`, `${data} bytes`);
  return { tensors: Object.fromEntries(tensors), metadata };
}

const METADATA = '__metadata__';
const RESERVED = [METADATA, '__proto__'];
const LENGTH_BYTES = 8;
/** The data begin at a multiple of this; with the 64-bit tensors first, every tensor is aligned to its own type. */
const ALIGNMENT = 8;
/** The format's own limit on a header. */
const MAXIMUM_HEADER = 100_000_000;
const BYTES = { F32: 4, F64: 8 } as const;

const entrySchema = z.strictObject({
  dtype: z.enum(['F32', 'F64']),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
type Entry = z.output<typeof entrySchema>;
const headerSchema = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string());

interface Header {
  /** In the order of their data. */
  readonly entries: readonly (readonly [string, Entry])[];
  readonly metadata: Readonly<Record<string, string>>;
  /** First byte of the data. */
  readonly start: number;
}

function readHeader(bytes: Uint8Array): Header {
  if (bytes.length < LENGTH_BYTES) throw fault('bytes 0-7', 'the length of the header', `${bytes.length} bytes in all`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  const room = Math.min(MAXIMUM_HEADER, bytes.length - LENGTH_BYTES);
  if (length > room) throw fault('bytes 0-7', `a header of at most ${room} bytes`, `${length}`);
  const start = LENGTH_BYTES + length;
  const { [METADATA]: metadata = {}, ...rest } = check(
    'header',
    headerSchema,
    parse(bytes.subarray(LENGTH_BYTES, start)),
  );
  const entries = Object.entries(rest).map(([name, entry]) => {
    const checked = check(`tensor ${JSON.stringify(name)}`, entrySchema, entry);
    return [name, checked] as const;
  });
  entries.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  return { entries, metadata: check(METADATA, metadataSchema, metadata), start };
}

function parse(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
  } catch (error) {
    throw fault('header', 'JSON in UTF-8', error instanceof Error ? error.message : String(error));
  }
}

function check<T extends z.ZodType>(place: string, schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw fault([place, ...issue.path].join(', '), issue.message, JSON.stringify(value)?.slice(0, 200) ?? 'nothing');
}

function fault(place: string, expected: string, found: string): FileError {
  return new FileError({ file: 'model artefact', place, expected, found });
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function dtypeOf({ values }: Tensor): keyof typeof BYTES {
  return values instanceof Float64Array ? 'F64' : 'F32';
}

function bytesPer(tensor: Tensor): number {
  return BYTES[dtypeOf(tensor)];
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
