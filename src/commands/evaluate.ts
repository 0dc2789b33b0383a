import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type EvaluateRequest, evaluate, type RecoveryRow } from '../../workers/tasks/evaluate.js';
import type { Command } from './command.js';
import { table } from './table.js';

type Request = EvaluateRequest & { readonly out: string | null };

export const evaluateCommand: Command<Request> = {
  name: 'evaluate',
  summary: 'measure how often a star’s true twin is found first, for every model',
  archive: 'existing',
  exclusive: false,
  declare(declaration) {
    declaration
      .option('--model <id>', 'only this model')
      .option(
        '--pairs <file>',
        'an HDF5 file of twins that no model was trained on (default: the twins of the archive’s releases)',
      )
      .option('--out <folder>', 'write evaluation.json there too');
  },
  request(_, { model, pairs, out }) {
    const path = (value: unknown) => (value === undefined ? null : resolve(String(value)));
    return { model: model === undefined ? null : String(model), pairs: path(pairs), out: path(out) };
  },
  async run(context, request, course) {
    const rows = await evaluate(await context.workplace(), request, course);
    if (request.out) {
      await mkdir(request.out, { recursive: true });
      await writeFile(join(request.out, 'evaluation.json'), `${JSON.stringify(rows, null, 2)}\n`);
    }
    return { exitCode: 0, text: recoveryTable(rows), data: rows };
  },
};

export function recoveryTable(rows: readonly RecoveryRow[]): string {
  const percent = (share: number) => (100 * share).toFixed(share < 0.01 ? 3 : 1);
  return table(
    ['model', 'set', 'trained on it', 'queries', 'candidates', 'twin first, %', 'chance, %', 'median closer'],
    rows.map((row) => [
      row.model,
      row.set,
      row.trainedOn ? 'yes' : 'no',
      String(row.queries),
      String(row.candidates),
      `${percent(row.recovered)} ± ${percent(row.standardError)}`,
      percent(row.chance),
      String(row.medianCloser),
    ]),
  );
}
