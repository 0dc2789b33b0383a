import type { Report } from '../domain/progress.js';

/** Progress is for eyes: more events a second than this (ms between two) only cost messages between processes. */
const INTERVAL = 100;

/** Passes on the first and the last event of a stage, and of the others as many as can be looked at. */
export function throttled(report: Report): Report {
  let stage = '';
  let last = 0;
  return (event) => {
    const now = performance.now();
    if (event.stage === stage && event.done !== event.total && now - last < INTERVAL) return;
    stage = event.stage;
    last = now;
    report(event);
  };
}
