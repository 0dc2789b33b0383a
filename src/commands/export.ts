import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { writeWhole } from '../archive/export/file.js';
import { type ExportRequest, exportFormats, exportTables, readExportRequest } from '../archive/export/request.js';
import { openTable, writeTable } from '../archive/export/table.js';
import { ConflictError, InputError } from '../domain/errors.js';
import { findRelease } from '../storage/dataRelease.js';
import { readView } from '../storage/view.js';
import type { Command } from './command.js';

interface Request {
  readonly asked: ExportRequest;
  readonly out: string;
}

export const exportCommand: Command<Request> = {
  name: 'export',
  summary:
    'write a table of a release to a file: its stars with parameters and abundances, their latents, or their spectra',
  archive: 'existing',
  exclusive: false,
  declare(declaration) {
    declaration
      .requiredOption('--release <name>', 'a draft is written as its publication would show it')
      .requiredOption('--format <name>', Object.keys(exportFormats).join(', '))
      .requiredOption('--out <file>', 'the file to write; one that is there is replaced when the new one is whole')
      .option('--what <table>', exportTables.join(', '), 'stars')
      .option('--model <id>', 'whose latents (default: those of the served model)');
  },
  request(_, { release, format, out, what, model }) {
    const file = resolve(String(out));
    if (!existsSync(dirname(file))) throw new InputError('--out', 'a file in a folder that is there', file);
    return { asked: readExportRequest({ release, format, what, model: model ?? null }), out: file };
  },
  async run(context, { asked, out }, course) {
    const { db } = await context.workplace();
    const { id, state } = await findRelease(db, asked.release);
    if (state === 'withdrawn')
      throw new ConflictError(
        `release "${asked.release}" is withdrawn`,
        `npx starkin release publish ${asked.release}`,
      );
    const table = await openTable(db, await readView(db, [id]), asked);
    const { bytes, sha256 } = await writeWhole(out, (sink) => writeTable(table, asked.format, sink, course));
    const { rows } = table.description;
    const data = { file: out, ...asked, rows, bytes, sha256 };
    return { exitCode: 0, text: `${out}: ${rows} rows, ${bytes} bytes, sha256 ${sha256}`, data };
  },
};
