import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/**
 * Lines of TensorFlow's C++ log that tell a user nothing. One of them ("oneDNN custom operations are on") comes whatever TF_CPP_MIN_LOG_LEVEL says
 * (TensorFlow 2.21), with abseil's announcement before it; they would break into progress bars. Errors (E, F) pass.
 */
const noise = /^([IW]\d{4} \d\d:\d\d:\d\d\S* +\d+ \S+:\d+\]|WARNING: All log messages before absl::InitializeLog)/;

/** Passes on what a child writes to a stream, to the standard error of this process: the standard output may carry --json. */
export function passOn(stream: Readable | null): void {
  if (!stream) return;
  createInterface({ input: stream }).on('line', (line) => {
    if (!isNoise(line)) process.stderr.write(`${line}\n`);
  });
}

export function isNoise(line: string): boolean {
  return noise.test(line);
}
