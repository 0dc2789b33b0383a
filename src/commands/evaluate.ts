import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type EvaluationPart, evaluationParts } from '../../workers/evaluation/model.js';
import { type EvaluateRequest, evaluate } from '../../workers/tasks/evaluate.js';
import { InputError } from '../domain/errors.js';
import { readInteger } from './argument.js';
import type { Command } from './command.js';
import { evaluationPage } from './evaluation/page.js';
import { evaluationText } from './evaluation/text.js';

type Request = EvaluateRequest & { readonly out: string | null };

export const evaluateCommand: Command<Request> = {
  name: 'evaluate',
  summary:
    'measure how well every model finds true twins, beside the best that the photons allow, and how well it recasts',
  archive: 'existing',
  exclusive: false,
  declare(declaration) {
    declaration
      .option('--model <id>', 'only this model')
      .option(
        '--pairs <file>',
        'an HDF5 file of twins, best without noise, that no model was trained on (default: the twins of the archive’s releases)',
      )
      .option('--out <folder>', 'write evaluation.json and report.html there')
      .option(
        '--parts <list>',
        `what to measure, of ${evaluationParts.join(', ')}; bound comes beside recovery`,
        evaluationParts.join(','),
      )
      .option(
        '--queries <n>',
        'so many stars, drawn by the seed, whose twins are looked for among all others (default: all that have one)',
      )
      .option('--seed <n>', 'of the noise, the queries, the bound and the bootstrap', '1');
  },
  request(_, { model, pairs, out, parts, queries, seed }) {
    const path = (value: unknown) => (value === undefined ? null : resolve(String(value)));
    return {
      model: model === undefined ? null : String(model),
      pairs: path(pairs),
      out: path(out),
      parts: readParts(parts),
      queries: queries === undefined ? null : readInteger('--queries', queries, 1),
      seed: readInteger('--seed', seed, 0),
    };
  },
  async run(context, request, course) {
    // Before the work, not after it.
    if (request.out) await mkdir(request.out, { recursive: true });
    const evaluation = await evaluate(await context.workplace(), request, course);
    if (request.out) {
      await writeFile(join(request.out, 'evaluation.json'), `${JSON.stringify(evaluation, null, 1)}\n`);
      await writeFile(join(request.out, 'report.html'), await evaluationPage(evaluation));
    }
    const written = request.out ? `\n\nwritten: ${join(request.out, 'evaluation.json')}, report.html` : '';
    const whole = evaluation.sets.every(({ refused }) => !refused.length);
    return { exitCode: whole ? 0 : 1, text: evaluationText(evaluation) + written, data: evaluation };
  },
};

function readParts(value: unknown): EvaluationPart[] {
  const names = String(value)
    .split(',')
    .map((name) => name.trim());
  const unknown = names.find((name) => !(evaluationParts as readonly string[]).includes(name));
  if (unknown !== undefined) throw new InputError('--parts', `some of ${evaluationParts.join(', ')}`, value);
  // The best possible is a column of the recovery.
  if (names.includes('bound')) names.push('recovery');
  return evaluationParts.filter((part) => names.includes(part));
}
