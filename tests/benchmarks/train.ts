import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os';
import { type Measurement, whyNotJudged } from './measurement.js';
import { measurePython, measureStep } from './stepProcess.js';
import type { StepCase } from './trainStep.js';

/** 4 cores: the paper's autoencoder at 430 samples/s in 4 GB; 300 epochs of 30,000 spectra in 10 minutes (FaderDis) or 30 (FactorDis). */
const marks = { samplesPerSecond: 430, gigabytes: 4, faderdis: 17, factordis: 51 };
/** Memory of the portable operations at the paper's sizes, GB. */
const portableNeeds = 11;

const paper: StepCase = { method: 'faderdis', preset: 'paper', operations: 'own', steps: 4, rounds: 5 };
const compact: StepCase = { method: 'faderdis', preset: 'compact', operations: 'own', steps: 60, rounds: 5 };

/** Training steps of both adversarial methods at both presets' sizes, each against its peers in the same run and each in a process of its own. */
export async function bench(): Promise<Measurement[]> {
  const judged = whyNotJudged() === null;
  tell(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${(totalmem() / 1e9).toFixed(0)} GB, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
  );
  return [...(await paperSteps(judged)), ...(await compactSteps(judged)), ...(await factorDisSteps(judged))];
}

async function paperSteps(judged: boolean): Promise<Measurement[]> {
  const own = await measureStep(paper);
  tell(`backend ${own.backend}`);
  const python = await measurePython(paper.steps, paper.rounds);
  if (typeof python === 'string') tell(`no reference in TensorFlow's graph: ${python}`);
  const portable = freemem() > portableNeeds * 1e9 ? await measureStep({ ...paper, operations: 'portable' }) : null;
  if (!portable)
    tell(
      `no reference in plain tfjs operations: they need ${portableNeeds} GB, ${(freemem() / 1e9).toFixed(0)} are free`,
    );
  const name = `paper autoencoder with auxiliary (${own.backend})`;
  return [
    {
      ...against(`${name}, against TensorFlow's graph in Python`, 'samples/s', own.samplesPerSecond, numeric(python)),
      ...judge(marks.samplesPerSecond, judged && own.samplesPerSecond >= marks.samplesPerSecond, judged),
    },
    against(`${name}, against plain tfjs operations`, 'samples/s', own.samplesPerSecond, portable?.samplesPerSecond),
    {
      ...against(`${name}, peak memory, against plain tfjs operations`, 'GB', own.peak, portable?.peak),
      ...judge(marks.gigabytes, own.peak < marks.gigabytes, true),
    },
  ];
}

async function compactSteps(judged: boolean): Promise<Measurement[]> {
  const own = await measureStep(compact);
  const portable = await measureStep({ ...compact, operations: 'portable' });
  return [
    {
      ...against(
        `compact FaderDis step (${own.backend}), against plain tfjs operations`,
        'ms',
        own.milliseconds,
        portable.milliseconds,
      ),
      ...judge(marks.faderdis, own.milliseconds <= marks.faderdis, judged),
    },
  ];
}

async function factorDisSteps(judged: boolean): Promise<Measurement[]> {
  const small = await measureStep({ ...compact, method: 'factordis', steps: 20 });
  const large = await measureStep({ ...paper, method: 'factordis', steps: 1, rounds: 2 });
  const name = (preset: string) => `${preset} FactorDis, an autoencoder step with its critic steps`;
  return [
    {
      ...against(`${name('compact')} (${small.backend})`, 'ms', small.milliseconds),
      ...judge(marks.factordis, small.milliseconds <= marks.factordis, judged),
    },
    against(`${name('paper')} (${large.backend})`, 'samples/s', large.samplesPerSecond),
    against(`${name('paper')}, peak memory`, 'GB', large.peak),
  ];
}

function against(name: string, unit: string, value: number, peer?: number | null): Measurement {
  const reference = peer ?? null;
  return { name, value, unit, reference, ratio: reference && value / reference, mark: null, met: null };
}

/** @param can whether the mark can be judged here */
function judge(mark: number, met: boolean, can: boolean): Pick<Measurement, 'mark' | 'met'> {
  return { mark, met: can ? met : null };
}

function numeric(value: number | string): number | null {
  return typeof value === 'number' ? value : null;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
