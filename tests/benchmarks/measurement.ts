import { availableParallelism, loadavg } from 'node:os';

/** One line of `npm run bench`: a value, and how it stands to its peer or limit, measured in the same run. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The peer's value in the same unit; null where there is none. */
  readonly reference: number | null;
  /** value / reference. */
  readonly ratio: number | null;
  /** The value to be reached; null where nothing is promised. */
  readonly mark: number | null;
  /** Whether it is reached; null where it cannot be told here: absolute marks count on 4 idle cores. */
  readonly met: boolean | null;
}

/** Marks in absolute time are for this many idle cores. */
const MARK_CORES = 4;
const IDLE_LOAD = 1;

/** Why absolute marks cannot be judged here, or null when they can. Ask before the benchmark itself loads the machine. */
export function whyNotJudged(): string | null {
  if (availableParallelism() < MARK_CORES) return `${availableParallelism()} cores instead of ${MARK_CORES}`;
  const [load] = loadavg();
  return load > IDLE_LOAD ? `the machine is not idle (load ${load.toFixed(1)})` : null;
}

/** Median milliseconds of `runs` calls, after one that is not counted. */
export async function medianMilliseconds(runs: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}
