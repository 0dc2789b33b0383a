import { table } from '../../src/commands/table.js';
import { type Measurement, whyNotJudged } from './measurement.js';

/** Every benchmark by name; a module is loaded when it is asked for. */
const benchmarks: Readonly<Record<string, () => Promise<{ bench(): Promise<Measurement[]> }>>> = {
  train: () => import('./train.js'),
  encode: () => import('./encode.js'),
  ingest: () => import('./ingest.js'),
  api: () => import('./api/bench.js'),
  reencode: () => import('./reencode.js'),
  export: () => import('./exports.js'),
  reference: () => import('./reference.js'),
  groups: () => import('./groups.js'),
  twins: () => import('./twins/bench.js'),
  'twins-validation': async () => ({ bench: (await import('./twins/bench.js')).benchValidation }),
  'twins-rehearsal': async () => ({ bench: (await import('./twins/bench.js')).benchRehearsal }),
};

/** Hours, or no benchmark at all: they run when they are named, and not with the others. */
const named = ['groups', 'twins', 'twins-validation', 'twins-rehearsal'];

const words = process.argv.slice(2);
const json = words.includes('--json');
const names = words.filter((word) => word !== '--json');
const unknown = names.filter((name) => !(name in benchmarks));
if (unknown.length) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}\n`);
  process.exit(2);
}

const reason = whyNotJudged();
if (reason) process.stderr.write(`absolute marks are not judged: ${reason}; ratios to a peer in the same run stand\n`);
const results: Measurement[] = [];
for (const name of names.length ? names : Object.keys(benchmarks).filter((each) => !named.includes(each))) {
  process.stderr.write(`measuring ${name}\n`);
  results.push(...(await (await benchmarks[name]()).bench()));
}
process.stdout.write(`${json ? JSON.stringify(results, null, 2) : render(results)}\n`);
process.exit(0);

function render(measurements: readonly Measurement[]): string {
  const number = (value: number | null) => (value === null ? '' : Number(value.toPrecision(3)).toString());
  return table(
    ['benchmark', 'value', 'unit', 'reference', 'ratio', 'mark', 'met'],
    measurements.map(({ name, value, unit, reference, ratio, mark, met }) => [
      name,
      number(value),
      unit,
      number(reference),
      number(ratio),
      number(mark),
      met === null ? '' : met ? 'yes' : 'no',
    ]),
  );
}
