/** Exit code of what was stopped, as shells have it: 128 + SIGINT. */
export const STOPPED = 130;

/** `npx`, `timeout` and service managers send a signal to the process and to its group, so that it arrives twice. */
const THE_SAME_AGAIN_MS = 1000;

/** A signal that aborts at the first SIGINT or SIGTERM, which asks the work to stop where it is safe. A later one ends the process at once, in so many words. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let first = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    const before = process.listeners(name);
    process.on(name, () => {
      if (!stop.signal.aborted) {
        first = performance.now();
        stop.abort();
      } else if (performance.now() - first > THE_SAME_AGAIN_MS) endAtOnce();
    });
    // Until now bin/starkin.mjs answered. In this order: a signal that came while the program was loaded waits for a listener, and would be lost where there is none for a moment.
    for (const listener of before) process.off(name, listener);
  }
  return stop.signal;
}

function endAtOnce(): never {
  // A bar that is being drawn has hidden the cursor (DECTCEM), and its line is open.
  const line = process.stderr.isTTY ? '\u001b[?25h\n' : '';
  process.stderr.write(`${line}ended at once; what was stored is kept, and the same command goes on from there\n`);
  process.exit(STOPPED);
}
