import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { projectRoot } from '../../src/config.js';
import type { StepCase, StepResult } from './trainStep.js';

const run = promisify(execFile);
const program = fileURLToPath(new URL('./trainStep.js', import.meta.url));

/** Measures in a process of its own, with the threads that training gives TensorFlow: one for compact networks, which more would slow down, all cores for the paper's. */
export async function measureStep(options: StepCase): Promise<StepResult> {
  const threads = options.preset === 'compact' ? { TF_NUM_INTRAOP_THREADS: '1' } : {};
  const { stdout } = await run(process.execPath, [program, JSON.stringify(options)], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', ...threads },
  });
  return JSON.parse(lastLine(stdout));
}

/** Samples a second of the paper's step in TensorFlow's graph, with an optimiser of paperStep.py, where a Python that has it is there; else why not. */
export async function measurePython(
  optimiser: 'keras' | 'fused',
  steps: number,
  rounds: number,
): Promise<number | string> {
  const python = process.env.STARKIN_BENCH_PYTHON ?? 'python3';
  const script = join(projectRoot, 'tests/benchmarks/paperStep.py');
  try {
    const { stdout } = await run(python, [script, String(steps), String(rounds), optimiser]);
    return JSON.parse(lastLine(stdout)).samplesPerSecond;
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error);
    return `${python} has no TensorFlow that runs (${lastLine(said)}); STARKIN_BENCH_PYTHON names another`;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
