import { parentPort, workerData } from 'node:worker_threads';
import { type Observation, simulateRows } from './simulatedRows.js';

/** What a thread is asked for: pairs first to first + count - 1. It answers with their SimulatedRows. */
export interface BlockRequest {
  readonly first: number;
  readonly count: number;
}

const observation = workerData as Observation;

parentPort?.on('message', ({ first, count }: BlockRequest) => {
  const rows = simulateRows(observation, first, count);
  parentPort?.postMessage(rows, [rows.flux.buffer as ArrayBuffer, rows.ivar.buffer as ArrayBuffer]);
});
