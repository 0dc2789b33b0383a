import { basename, resolve } from 'node:path';
import type { IngestSummary } from '../../workers/ingestSummary.js';
import { listFiles } from '../../workers/inputFiles.js';
import { type IngestRequest, ingest } from '../../workers/tasks/ingest.js';
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
      .argument('<path...>', 'files, or folders whose files are all read')
      .requiredOption('--release <name>', 'the release to read into')
      .option(
        '--format <format>',
        `auto: what each file’s content says; ${formats.map(({ name, description }) => `${name}: ${description}`).join('; ')}`,
        AUTO,
      )
      .option('--survey <name>', 'the survey that the stars belong to (default: what the file or the format says)')
      .option('--visits', 'store the single visits too, not only combined spectra', false);
    declareDetach(declaration);
  },
  request(positional, { release, format, survey, visits, detach }) {
    return {
      release: readName('--release', release),
      format: format === AUTO ? AUTO : findFormat(String(format)).name,
      paths: positional.map((path) => resolve(path)),
      survey: survey === undefined ? null : checkSurveyName(String(survey), '--survey'),
      visits: visits === true,
      detach: detach === true,
    };
  },
  async run(context, { detach, ...request }, course) {
    // Before an archive is made for nothing.
    await listFiles(request.paths);
    if (detach) return runDetached(context, 'ingest', request);
    const summary = await ingest(await context.workplace(), request, course);
    const exitCode = summary.failed.length === 0 ? 0 : summary.stored + summary.skipped > 0 ? 1 : 2;
    return { exitCode, text: describe(summary), data: summary };
  },
};

function describe({
  release,
  files,
  stored,
  skipped,
  failed,
  unusablePixels,
  overflowPixels,
  withoutParameters,
  superseded,
  beside,
  normalised,
  notes,
}: IngestSummary): string {
  const lines = [
    `release ${release}: ${stored} spectra stored, ${skipped} there already, ${failed.length} failed, from ${files} files`,
    `${unusablePixels} pixels without a usable flux or error were given ivar 0`,
  ];
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
  return lines.join('\n');
}

function abridge(names: readonly string[]): string {
  return names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
    : names.join(', ');
}
