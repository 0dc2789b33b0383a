/** Exit code of what was stopped, as shells have it: 128 + SIGINT. */
export const STOPPED = 130;

/** `npx`, `timeout` and service managers send a signal to the process and to its group, so that it arrives twice. */
const THE_SAME_AGAIN_MS = 1000;

/** A signal that aborts at the first SIGINT or SIGTERM, which asks the work to stop where it is safe. A later one ends the process at once. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let first = 0;
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (!stop.signal.aborted) {
        first = performance.now();
        stop.abort();
      } else if (performance.now() - first > THE_SAME_AGAIN_MS) process.exit(STOPPED);
    });
  return stop.signal;
}
