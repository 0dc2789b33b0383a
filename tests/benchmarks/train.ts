import { availableParallelism, cpus, freemem, loadavg, totalmem } from 'node:os';
import { type Measurement, whyNotJudged } from './measurement.js';
import { measurePython, measureStep } from './stepProcess.js';
import type { StepCase } from './trainStep.js';

/** 4 cores: the paper's autoencoder at 430 samples/s in 4 GB; 300 epochs of 30,000 spectra in 10 minutes (FaderDis) or 30 (FactorDis). */
const marks = { samplesPerSecond: 430, gigabytes: 4, faderdis: 17, factordis: 51 };
/** Memory of the portable operations at the paper's sizes, GB. */
const portableNeeds = 9;

const paper: StepCase = { method: 'faderdis', preset: 'paper', operations: 'own', steps: 4, rounds: 3 };
const compact: StepCase = { method: 'faderdis', preset: 'compact', operations: 'own', steps: 60, rounds: 5 };

/** Training steps of both adversarial methods at both presets' sizes, each against its peers in the same run and each in a process of its own. */
export async function bench(): Promise<Measurement[]> {
  const judged = whyNotJudged() === null;
  tell(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${(totalmem() / 1e9).toFixed(0)} GB, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`,
  );
  return [...(await paperSteps(judged)), ...(await compactSteps(judged)), ...(await factorDisSteps(judged))];
}

/** Every contestant has its turn twice, and its better one counts: other people's load comes and goes. */
async function paperSteps(judged: boolean): Promise<Measurement[]> {
  const contest = new Contest();
  for (const _ of ['first', 'second']) {
    await contest.own('own');
    await contest.python('keras');
    await contest.python('fused');
    await contest.own('portable');
  }
  const own = contest.best.get('own') ?? 0;
  const name = 'paper autoencoder with auxiliary';
  const rate = (peer: string, reference: number | undefined) =>
    against(`${name}, against ${peer}`, 'samples/s', own, reference);
  return [
    {
      ...rate("TensorFlow's graph in Python with Keras", contest.best.get('keras')),
      ...judge(marks.samplesPerSecond, own >= marks.samplesPerSecond, judged),
    },
    rate("TensorFlow's graph in Python with fused Adam", contest.best.get('fused')),
    rate('plain tfjs operations', contest.best.get('portable')),
    {
      ...against(
        `${name}, peak memory, against plain tfjs operations`,
        'GB',
        contest.peak.get('own') ?? 0,
        contest.peak.get('portable'),
      ),
      ...judge(marks.gigabytes, (contest.peak.get('own') ?? Infinity) < marks.gigabytes, true),
    },
  ];
}

/** Samples a second, and memory, of those that do the same step. */
class Contest {
  readonly best = new Map<string, number>();
  readonly peak = new Map<string, number>();

  async own(operations: StepCase['operations']): Promise<void> {
    if (operations === 'portable' && freemem() < portableNeeds * 1e9) {
      tell(`plain tfjs operations left out: they need ${portableNeeds} GB, ${(freemem() / 1e9).toFixed(0)} are free`);
      return;
    }
    const { samplesPerSecond, peak, backend } = await measureStep({ ...paper, operations });
    if (!this.best.has(operations)) tell(`backend ${backend}`);
    this.note(operations, samplesPerSecond);
    this.peak.set(operations, peak);
  }

  async python(optimiser: 'keras' | 'fused'): Promise<void> {
    const found = await measurePython(optimiser, paper.steps, paper.rounds);
    if (typeof found === 'string') tell(`no reference in TensorFlow's graph: ${found}`);
    else this.note(optimiser, found);
  }

  private note(name: string, value: number): void {
    this.best.set(name, Math.max(value, this.best.get(name) ?? 0));
  }
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
  const step: StepCase = { ...compact, method: 'factordis', steps: 20 };
  const small = await measureStep(step);
  const portable = await measureStep({ ...step, operations: 'portable', rounds: 2 });
  const large = await measureStep({ ...paper, method: 'factordis', steps: 1, rounds: 2 });
  const name = (preset: string) => `${preset} FactorDis, an autoencoder step with its critic steps`;
  return [
    {
      ...against(
        `${name('compact')} (${small.backend}), against plain tfjs operations`,
        'ms',
        small.milliseconds,
        portable.milliseconds,
      ),
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

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
