import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BusyError, NotReadyError, StarkinError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import type { View } from '../../storage/view.js';
import { fileName } from '../web/content.js';
import { type ExportRequest, exportFormats } from './request.js';
import type { ExportRecord } from './status.js';
import type { WriteExport } from './writing.js';

export interface ExportLimits {
  /** Written at once; others wait. */
  readonly concurrent: number;
  /** Kept or waited for. */
  readonly maximum: number;
  /** Of all together. */
  readonly maximumBytes: number;
  /** That a finished one is kept. */
  readonly hours: number;
}

/** An export to be made, for whoever sees that view. */
export interface NewExport {
  readonly request: ExportRequest;
  readonly key: string;
  readonly releaseId: number;
  readonly token: string | null;
  readonly view: View;
}

const SWEEP_MS = 60_000;

/**
 * The exports of one server, in a folder of its own: files that expire, each with a record beside it that outlives a restart. What was being written
 * then has failed, and says so.
 */
export class ExportStore {
  private readonly records = new Map<string, ExportRecord>();
  private readonly waiting: { readonly record: ExportRecord; readonly view: View }[] = [];
  private readonly running = new Map<string, { readonly abort: AbortController; readonly end: Promise<void> }>();
  private readonly sweeper: NodeJS.Timeout;

  constructor(
    private readonly folder: string,
    private readonly limits: ExportLimits,
    private readonly write: WriteExport,
    /** Told of what is no fault of the request. */
    private readonly onDefect: (error: unknown) => void,
  ) {
    if (existsSync(folder)) this.readBack();
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /**
   * Begins an export, or joins one that is the same.
   * @throws BusyError where as many as may be are kept already, or as many bytes; NotReadyError where the folder cannot be made
   */
  begin({ request, key, releaseId, token, view }: NewExport): ExportRecord {
    this.sweep();
    const same = [...this.records.values()].find((record) => record.key === key && record.state !== 'FAILED');
    if (same) {
      same.askers++;
      return same;
    }
    if (this.records.size >= this.limits.maximum || this.bytes() >= this.limits.maximumBytes)
      throw new BusyError('there are as many exports as this server keeps', 'ask again when some have expired');
    this.makeFolder();
    const id = randomBytes(16).toString('base64url');
    const record: ExportRecord = {
      id,
      request,
      key,
      releaseId,
      token,
      filename: `starkin-${fileName(request.release)}-${request.what}.${exportFormats[request.format].extension}`,
      createdAt: new Date().toISOString(),
      state: 'QUEUED',
      askers: 1,
      rows: 0,
      totalRows: 0,
      bytes: 0,
      sha256: null,
      error: null,
      expiresAt: null,
    };
    this.records.set(id, record);
    this.waiting.push({ record, view });
    this.next();
    return record;
  }

  /** null for one that there is not, or not any more. */
  find(id: string): ExportRecord | null {
    this.sweep();
    return this.records.get(id) ?? null;
  }

  /** Where the file of a finished export is. */
  path({ id, request }: Pick<ExportRecord, 'id' | 'request'>): string {
    return join(this.folder, `${id}.${exportFormats[request.format].extension}`);
  }

  /** Takes a request back; the last one ends the export and deletes it. */
  async cancel(record: ExportRecord): Promise<void> {
    if (--record.askers > 0) return;
    await this.remove(record);
  }

  /** Ends what is running. Files stay. */
  async close(): Promise<void> {
    clearInterval(this.sweeper);
    this.waiting.length = 0;
    for (const { abort } of this.running.values()) abort.abort();
    await Promise.all([...this.running.values()].map(({ end }) => end));
  }

  private next(): void {
    while (this.running.size < this.limits.concurrent) {
      const job = this.waiting.shift();
      if (!job) return;
      const abort = new AbortController();
      const end = this.run(job.record, job.view, abort.signal).finally(() => {
        this.running.delete(job.record.id);
        this.next();
      });
      this.running.set(job.record.id, { abort, end });
    }
  }

  private async run(record: ExportRecord, view: View, signal: AbortSignal): Promise<void> {
    record.state = 'RUNNING';
    this.keep(record);
    const report: Report = ({ done, total }) => {
      record.rows = done;
      record.totalRows = total;
    };
    const room = (bytes: number) => {
      signal.throwIfAborted();
      record.bytes += bytes;
      if (this.bytes() > this.limits.maximumBytes)
        throw new BusyError('the exports of this server would take more room than they may', 'ask for less, or later');
    };
    try {
      const work = { view, request: record.request, path: this.path(record) };
      const { bytes, sha256 } = await this.write(work, { report, signal, room });
      Object.assign(record, { state: 'DONE', bytes, sha256 });
    } catch (error) {
      if (!(error instanceof StarkinError) && !signal.aborted) this.onDefect(error);
      const reason =
        error instanceof StarkinError ? error.message : signal.aborted ? 'it was stopped' : 'internal error';
      Object.assign(record, { state: 'FAILED', bytes: 0, error: `${reason}: ask for it again` });
    }
    record.expiresAt = new Date(Date.now() + this.limits.hours * 3_600_000).toISOString();
    if (this.records.has(record.id)) this.keep(record);
  }

  private bytes(): number {
    return [...this.records.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private sweep(): void {
    for (const record of this.records.values())
      if (record.expiresAt !== null && Date.parse(record.expiresAt) <= Date.now())
        this.remove(record).catch(this.onDefect);
  }

  private async remove(record: ExportRecord): Promise<void> {
    this.records.delete(record.id);
    const place = this.waiting.findIndex((job) => job.record === record);
    if (place >= 0) this.waiting.splice(place, 1);
    const running = this.running.get(record.id);
    running?.abort.abort();
    await running?.end;
    await Promise.all([rm(this.path(record), { force: true }), rm(this.recordPath(record.id), { force: true })]);
  }

  private makeFolder(): void {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      this.onDefect(error);
      throw new NotReadyError('this server has no room for exports', 'npx starkin export writes them to a file');
    }
  }

  private recordPath(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  private keep(record: ExportRecord): void {
    writeFileSync(this.recordPath(record.id), JSON.stringify(record), { mode: 0o600 });
  }

  /** What was there when the server ended: whole files are offered again, the rest is deleted. */
  private readBack(): void {
    const names = readdirSync(this.folder);
    for (const name of names.filter((each) => each.endsWith('.part'))) rmSync(join(this.folder, name), { force: true });
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      const record = JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as ExportRecord;
      if (record.expiresAt === null) {
        const expiresAt = new Date(Date.now() + this.limits.hours * 3_600_000).toISOString();
        Object.assign(record, {
          state: 'FAILED',
          bytes: 0,
          error: 'the server was restarted: ask for it again',
          expiresAt,
        });
      }
      this.records.set(record.id, record);
    }
  }
}
