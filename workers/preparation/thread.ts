import { parentPort } from 'node:worker_threads';
import { LocalReader, type Part, type PartOptions, type PreparedSpectrum } from './part.js';

/** What a thread is asked for: to open a part, to read on in it, to prepare some of what it has just read, to close it. */
export type ThreadRequest =
  | { readonly ask: 'open'; readonly part: Part; readonly options: PartOptions }
  | { readonly ask: 'next' }
  | { readonly ask: 'prepare'; readonly wanted: readonly boolean[] }
  | { readonly ask: 'close' };

/** What comes back: the value, or a defect, which ends the thread. */
export type ThreadAnswer = { readonly value: unknown } | { readonly defect: unknown };

let reader: LocalReader | null = null;

parentPort?.on('message', async (request: ThreadRequest) => {
  try {
    const value = await answer(request);
    parentPort?.postMessage({ value } satisfies ThreadAnswer, transferable(value));
  } catch (defect) {
    parentPort?.postMessage({ defect } satisfies ThreadAnswer);
  }
});

async function answer(request: ThreadRequest): Promise<unknown> {
  if (request.ask === 'open') {
    reader = new LocalReader(request.part, request.options);
    return null;
  }
  if (!reader) throw new Error('no part is open');
  if (request.ask === 'close') return reader.close();
  return request.ask === 'next' ? reader.next() : reader.prepare(request.wanted);
}

/** zlib gives each of its results a buffer of its own, which need not be copied. */
function transferable(value: unknown): ArrayBuffer[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: PreparedSpectrum | null) => {
    if (!item || !('encoded' in item)) return [];
    const { flux, ivar, mask } = item.encoded;
    return [flux, ivar, mask]
      .filter((bytes) => bytes.byteOffset === 0 && bytes.byteLength === bytes.buffer.byteLength)
      .map((bytes) => bytes.buffer as ArrayBuffer);
  });
}
