/** The thread that PGlite runs in, since a query blocks its event loop. `embedded.ts` is the only one to start it and to talk to it. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type Results } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { searchSettings } from './searchPlan.js';

export interface WorkerOptions {
  /** null: in memory */
  readonly folder: string | null;
  /** A dump to start from. */
  readonly template: Uint8Array<ArrayBuffer> | null;
}

export type WorkerRequest =
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly kind: 'copy'; readonly sql: string; readonly chunks: readonly Uint8Array<ArrayBuffer>[] }
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' };

export interface WorkerReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string } & Readonly<Record<string, unknown>>;
}

/** Object ids of types, fixed in PostgreSQL's catalogue. */
const BYTEA = 17;
const INT8 = 20;
const NUMERIC = 1700;

const port = parentPort;
if (!port) throw new Error('embeddedWorker.js runs in a worker thread only');
const { folder, template } = workerData as WorkerOptions;

const db = await PGlite.create({
  ...(folder === null ? {} : { dataDir: folder }),
  ...(template === null ? {} : { loadDataDir: new Blob([template]) }),
  extensions: { vector },
  // Without this a power cut can lose what was committed (1,777 instead of 4,867 commits/s). In memory there is nothing to lose.
  ...(folder === null ? {} : { startParams: [...PGlite.defaultStartParams, '-c', 'fsync=on'] }),
  parsers: { [BYTEA]: parseBytea, [INT8]: (text: string) => text, [NUMERIC]: (text: string) => text },
  // PGlite's own bytea codec takes 3,253 instead of 223 ms for 1,000 spectra.
  serializers: {
    [BYTEA]: (bytes: Uint8Array) =>
      `\\x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`,
  },
});

await db.exec(
  Object.entries(searchSettings)
    .map(([name, value]) => `set ${name} = ${value};`)
    .join(' '),
);

port.on('message', async ({ id, request }: { id: number; request: WorkerRequest }) => {
  try {
    const result = await answer(request);
    port.postMessage({ id, result } satisfies WorkerReply, buffersOf(result));
  } catch (error) {
    port.postMessage({ id, error: describe(error) } satisfies WorkerReply);
  }
});
port.postMessage({ id: 0 } satisfies WorkerReply);

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.kind) {
    case 'query':
      if (request.parameters.length > 0) return (await db.query(request.sql, [...request.parameters])).rows;
      return ((await db.exec(request.sql)).at(-1) as Results | undefined)?.rows ?? [];
    case 'copy':
      await db.query(request.sql, [], { blob: new Blob([...request.chunks]) });
      return null;
    case 'dump':
      return new Uint8Array(await (await db.dumpDataDir('none')).arrayBuffer());
    case 'close':
      await db.close();
      return null;
  }
}

function parseBytea(text: string): Uint8Array {
  const buffer = new ArrayBuffer((text.length - 2) / 2);
  Buffer.from(buffer).write(text.slice(2), 'hex');
  return new Uint8Array(buffer);
}

/** The buffers of bytea values in an answer: they are handed over, not copied. */
function buffersOf(result: unknown): ArrayBuffer[] {
  if (!Array.isArray(result) || result.length === 0) return [];
  const rows = result as Record<string, unknown>[];
  return rows.flatMap((row) =>
    Object.values(row).flatMap((value) => (value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [])),
  );
}

/** What crosses to the other thread of an error: its message and the fields that Postgres gives (code, detail, constraint …). */
function describe(error: unknown): NonNullable<WorkerReply['error']> {
  if (!(error instanceof Error)) return { message: String(error) };
  const fields = Object.entries(error).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
  return { ...Object.fromEntries(fields), message: error.message };
}
