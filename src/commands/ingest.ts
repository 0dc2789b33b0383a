import { resolve } from 'node:path';
import { listFiles } from '../../workers/inputFiles.js';
import { type IngestRequest, type IngestSummary, ingest } from '../../workers/tasks/ingest.js';
import { AUTO, findFormat, formats } from '../formats/registry.js';
import { checkSurveyName } from '../storage/survey.js';
import { readName } from './argument.js';
import type { Command } from './command.js';

/** Failures shown one by one before the rest is only counted; --json has them all. */
const SHOWN = 20;

export const ingestCommand: Command<IngestRequest> = {
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
  },
  request(positional, { release, format, survey, visits }) {
    return {
      release: readName('--release', release),
      format: format === AUTO ? AUTO : findFormat(String(format)).name,
      paths: positional.map((path) => resolve(path)),
      survey: survey === undefined ? null : checkSurveyName(String(survey), '--survey'),
      visits: visits === true,
    };
  },
  async run(context, request, course) {
    // Before an archive is made for nothing.
    await listFiles(request.paths);
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
  for (const { code, message } of failed.slice(0, SHOWN)) lines.push(`  ${code} ${message}`);
  if (failed.length > SHOWN) lines.push(`  and ${failed.length - SHOWN} more (all of them with --json)`);
  return lines.join('\n');
}

function abridge(names: readonly string[]): string {
  return names.length > SHOWN
    ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`
    : names.join(', ');
}
