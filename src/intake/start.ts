import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BusyError, FileError, StarkinError } from '../domain/errors.js';
import type { SingleSpectrum } from '../domain/observedSpectrum.js';
import { defaultLimits, type Intake, type IntakeLimits, ReaderFailure } from './intake.js';
import { readInProcess } from './readingProcess.js';

/** Files of strangers lie in a folder of their own, each for as long as it is read. */
export function startIntake(limits: Partial<IntakeLimits> = {}): Intake {
  return new ProcessIntake({ ...defaultLimits, ...limits });
}

class ProcessIntake implements Intake {
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly limits: IntakeLimits) {}

  async read(bytes: AsyncIterable<Uint8Array>): Promise<SingleSpectrum> {
    if (this.running.size >= this.limits.atOnce)
      throw new BusyError(`${this.running.size} files are being read already`, 'try again in a few seconds');
    const work = this.readAlone(bytes);
    this.running.add(work);
    try {
      return await work;
    } finally {
      this.running.delete(work);
    }
  }

  async close(): Promise<void> {
    this.closing.abort(new BusyError('the server is about to end'));
    await Promise.allSettled(this.running);
  }

  private async readAlone(bytes: AsyncIterable<Uint8Array>): Promise<SingleSpectrum> {
    const folder = await mkdtemp(join(tmpdir(), 'starkin-intake-'));
    try {
      const file = join(folder, 'spectrum');
      await this.save(bytes, file);
      const answer = await readInProcess(file, this.limits, this.closing.signal);
      if (answer.kind === 'spectrum') return answer.spectrum;
      if (answer.kind === 'failed') throw new ReaderFailure(answer.message);
      throw new StarkinError('BAD_FILE', answer.message.replaceAll(file, 'the file'), answer.remedy ?? undefined);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Never ends the iteration early by itself: that would close the connection on which the refusal is to be told. */
  private async save(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
    const { mostBytes, uploadSeconds } = this.limits;
    const chunks = bytes[Symbol.asyncIterator]();
    const file = await open(path, 'wx', 0o600);
    const stop = new AbortController();
    const stopped = this.stopped(stop.signal);
    let size = 0;
    try {
      for (;;) {
        const next = await Promise.race([chunks.next(), stopped]);
        if (!next) throw fault(`an upload within ${uploadSeconds} s`, `${size} bytes until then`);
        if (next.done) break;
        size += next.value.length;
        if (size > mostBytes) throw fault(`at most ${mostBytes} bytes`, 'more');
        await file.write(next.value);
      }
    } finally {
      stop.abort();
      await file.close();
    }
    if (size === 0) throw fault('a FITS, CSV or HDF5 file as the body of the request', 'an empty one');
  }

  /** Null when the time for an upload is over; rejects when the intake closes. */
  private async stopped(signal: AbortSignal): Promise<null> {
    const closing = this.closing.signal;
    try {
      await setTimeout(this.limits.uploadSeconds * 1000, null, { signal: AbortSignal.any([signal, closing]) });
    } catch {
      if (!signal.aborted) throw closing.reason;
    }
    return null;
  }
}

function fault(expected: string, found: string): FileError {
  return new FileError({ file: 'the file', place: 'body', expected, found });
}
