import { basename, resolve } from 'node:path';
import type { IngestSummary } from '../../workers/ingestSummary.js';
import { listFiles } from '../../workers/inputFiles.js';
import type { LabelSummary } from '../../workers/labels.js';
import { type IngestRequest, ingest } from '../../workers/tasks/ingest.js';
import { InputError } from '../domain/errors.js';
import { AUTO, findFormat, formats } from '../formats/registry.js';
import { checkSurveyName } from '../storage/survey.js';
import { readName } from './argument.js';
import type { Command } from './command.js';
import { declareDetach, runDetached } from './detached.js';

/** Failures shown one by one before the rest is only counted; --json has them all. */
const SHOWN = 20;

type Request = IngestRequest & { readonly detach: boolean };

export const ingestCommand: Command<Request> = {
  name: 'ingest',
  summary: 'read spectra into a release (made as a draft when it is new)',
  archive: 'create',
  exclusive: true,
  declare(declaration) {
    declaration
      .argument('[path...]', 'files, or folders whose files are all read; none is needed with --labels')
      .requiredOption('--release <name>', 'the release to read into')
      .option(
        '--format <format>',
        `auto: what each file’s content says; ${formats.map(({ name, description }) => `${name}: ${description}`).join('; ')}`,
        AUTO,
      )
      .option('--survey <name>', 'the survey that the stars belong to (default: what the file or the format says)')
      .option(
        '--labels <file>',
        'a table (CSV, Parquet, FITS such as allStar) with parameters for the stars of the release, by name or alias',
      )
      .option('--visits', 'store the single visits too, not only combined spectra', false)
      .option(
        '--revise',
        'let other files of the same spectra stand in the place of those that are there, as the same files do when they have changed',
        false,
      );
    declareDetach(declaration);
  },
  request(positional, { release, format, survey, labels, visits, revise, detach }) {
    if (!positional.length && labels === undefined)
      throw new InputError('path', 'files or folders, or --labels', 'neither');
    return {
      release: readName('--release', release),
      format: format === AUTO ? AUTO : findFormat(String(format)).name,
      paths: positional.map((path) => resolve(path)),
      survey: survey === undefined ? null : checkSurveyName(String(survey), '--survey'),
      visits: visits === true,
      ...(revise === true ? { revise: true } : {}),
      ...(labels === undefined ? {} : { labels: resolve(String(labels)) }),
      detach: detach === true,
    };
  },
  async run(context, { detach, ...request }, course) {
    // Before an archive is made for nothing.
    await listFiles(request.paths);
    if (detach) return runDetached(context, 'ingest', request);
    const summary = await ingest(await context.workplace(), request, course);
    const done = summary.stored + summary.skipped + (summary.labels?.stars ?? 0) > 0;
    const faulty = summary.failed.length > 0 || (summary.labels && summary.labels.refused.length > 0);
    const exitCode = !faulty ? 0 : done ? 1 : 2;
    return { exitCode, text: describe(summary), data: summary };
  },
};

function describe({
  release,
  files,
  stored,
  skipped,
  revised,
  failed,
  unusablePixels,
  overflowPixels,
  withoutParameters,
  superseded,
  beside,
  normalised,
  notes,
  labels,
}: IngestSummary): string {
  const lines = [
    `release ${release}: ${stored} spectra stored, ${skipped} there already, ${failed.length} failed, from ${files} ${files === 1 ? 'file' : 'files'}`,
  ];
  if (revised)
    lines.push(
      `${revised} of them take the place of published ones, which are seen until then: npx starkin release publish ${release}`,
    );
  if (unusablePixels) lines.push(`${unusablePixels} pixels without a usable flux or error were given ivar 0`);
  if (overflowPixels)
    lines.push(`${overflowPixels} pixels have a flux too far out to be stored, and were given ivar 0`);
  if (withoutParameters.length)
    lines.push(
      `${withoutParameters.length} stars without Teff or log g are stored, but cannot be encoded: ${abridge(withoutParameters)}`,
    );
  if (superseded) lines.push(`${superseded} spectra are left out: a newer reduction of the same star is there`);
  if (beside)
    lines.push(
      `${beside} spectra are of stars that two observatories saw: the one of higher signal to noise is searched, the other is kept beside it`,
    );
  if (normalised && normalised < stored)
    lines.push(
      `${normalised} of the spectra came normalised by the survey, the others were normalised here: compare them within one kind only, or give each a release of its own`,
    );
  for (const { source, note } of notes.slice(0, SHOWN)) lines.push(`  ${basename(source)}: ${note}`);
  if (notes.length > SHOWN) lines.push(`  and ${notes.length - SHOWN} more notes (all of them with --json)`);
  for (const { code, message } of failed.slice(0, SHOWN)) lines.push(`  ${code} ${message}`);
  if (failed.length > SHOWN) lines.push(`  and ${failed.length - SHOWN} more (all of them with --json)`);
  if (failed.some(({ code }) => code === 'CONFLICT'))
    lines.push(
      'another reduction belongs into a release of its own; with --revise it takes the place of what is there, of published spectra from the next publication on',
    );
  if (labels) lines.push(...describeLabels(labels));
  return lines.join('\n');
}

function describeLabels({
  file,
  rows,
  stars,
  unknown,
  unknownIds,
  repeated,
  refused,
  published,
}: LabelSummary): string[] {
  const lines = [`labels of ${basename(file)}: ${stars} stars of the release got their parameters from ${rows} rows`];
  if (unknown)
    lines.push(`${unknown} rows are of stars that the release does not have: ${abridge(unknownIds, unknown)}`);
  if (repeated) lines.push(`${repeated} rows are left out: their star has had one before`);
  if (published.length)
    lines.push(`${published.length} stars keep other parameters, which are published: ${abridge(published)}`);
  return [...lines, ...refused.slice(0, SHOWN).map((text) => `  ${text}`)];
}

function abridge(names: readonly string[], count = names.length): string {
  return count > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${count - SHOWN} more` : names.join(', ');
}
