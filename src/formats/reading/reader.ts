import { Worker } from 'node:worker_threads';
import { FileError, StarkinError } from '../../domain/errors.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { hdf5 } from '../hdf5/format.js';
import type { LabelSource } from '../labels/labelSource.js';
import { parquetLabels } from '../labels/parquetLabels.js';
import { parquet } from '../parquet/format.js';
import type { Answer, BoundedFormat, Given, Question, RecordBatch, Request } from './protocol.js';

/** The program of a process that decodes one file after another. It goes when its parent does, and ends itself when one answer takes too long. */
process.title = 'starkin reader';

/** Records of an answer: of 8,575 pixels they are 7 MB. */
const BATCH = 64;
const formats = { hdf5, parquet } satisfies Record<BoundedFormat, unknown>;

/** When what is being done must be done, in milliseconds since 1970; 0 while nothing is. */
const deadline = new BigInt64Array(new SharedArrayBuffer(8));

/** In a thread, since a library that is busy for ever lets no timer of its own thread run; here, since a parent that was killed ends nobody. */
new Worker(
  `const { workerData } = require('node:worker_threads');
  setInterval(() => {
    const until = Number(Atomics.load(workerData, 0));
    if (until && Date.now() > until) process.kill(process.pid, 'SIGALRM');
  }, 100);`,
  { eval: true, workerData: deadline, resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 } },
);

// hyparquet begins to read what it then no longer waits for: the first failure has been told.
process.on('unhandledRejection', () => {});
process.on('disconnect', () => process.exit());
// Ctrl-C, and what ends a service, reach the whole process group: what happens then is the parent's decision.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {});

let records: RecordStream | null = null;
let labels: LabelSource | null = null;
let rows: AsyncIterator<Given['nextRows']> | null = null;

process.on('message', async (request: Request) => {
  process.send?.(await within(request.limit, () => answerTo(request)));
  const stream = request.ask === 'nextRecords' ? records : null;
  if (stream) await within(request.limit, () => stream.readAhead());
});

async function within<T>(limit: number, work: () => Promise<T>): Promise<T> {
  Atomics.store(deadline, 0, BigInt(Date.now() + limit));
  try {
    return await work();
  } finally {
    Atomics.store(deadline, 0, 0n);
  }
}

async function answerTo(question: Question): Promise<Answer> {
  try {
    return { kind: 'given', value: await give(question) };
  } catch (error) {
    if (!(error instanceof StarkinError))
      return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    const { code, message, remedy } = error;
    return { kind: 'refused', code, message, remedy, fault: error instanceof FileError ? error.fault : null };
  }
}

async function give(question: Question): Promise<Given[keyof Given]> {
  switch (question.ask) {
    case 'simulated':
      return formats[question.format].simulated(question.path);
    case 'count':
      return formats[question.format].count(question.path, question.options);
    case 'parts':
      return (await formats[question.format].parts?.(question.path)) ?? [];
    case 'records':
      records = new RecordStream(formats[question.format].read(question.path, question.options));
      return null;
    case 'nextRecords':
      return records?.next() ?? null;
    case 'labels':
      labels = await parquetLabels(question.path);
      return labels.columns;
    case 'rows':
      rows = labels?.rows(question.columns)[Symbol.asyncIterator]() ?? null;
      return null;
    case 'nextRows':
      return (await rows?.next())?.value ?? null;
    case 'close':
      return close();
  }
}

async function close(): Promise<null> {
  await records?.close();
  await rows?.return?.();
  await labels?.close();
  records = labels = rows = null;
  return null;
}

/** Spectra of a file in batches, the next one read while the latest is being used. A fault comes after the spectra before it. */
class RecordStream {
  private readonly records: AsyncIterator<SpectrumRecord>;
  private ahead: Promise<RecordBatch | null> | null = null;
  private fault: unknown = null;
  private grid: WavelengthGrid | null = null;

  constructor(source: AsyncIterable<SpectrumRecord>) {
    this.records = source[Symbol.asyncIterator]();
  }

  async next(): Promise<RecordBatch | null> {
    const batch = await (this.ahead ?? this.read());
    this.ahead = null;
    if (!batch && this.fault) throw this.fault;
    return batch;
  }

  async readAhead(): Promise<void> {
    this.ahead = this.read();
    await this.ahead;
  }

  async close(): Promise<void> {
    await this.records.return?.();
  }

  private async read(): Promise<RecordBatch | null> {
    const batch: RecordBatch['records'][number][] = [];
    const former = this.grid;
    try {
      while (batch.length < BATCH && !this.fault) {
        const { done, value } = await this.records.next();
        if (done) break;
        const { grid, ...record } = value;
        this.grid = grid;
        batch.push(record);
      }
    } catch (error) {
      this.fault = error;
    }
    return batch.length ? { grid: this.grid === former ? null : this.grid, records: batch } : null;
  }
}
