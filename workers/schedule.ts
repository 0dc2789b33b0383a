import { setTimeout as delay } from 'node:timers/promises';
import type { Settings } from '../src/config.js';
import { nextTime } from './queue/cron.js';
import type { Job } from './queue/job.js';
import type { JobQueue } from './queue/jobQueue.js';
import type { ReencodeRequest } from './tasks/reencode.js';

export type Schedule = NonNullable<Settings['schedule']>;

/** A timer of Node holds at most 24.8 days. */
const LONGEST_WAIT_MS = 86_400_000;

/** What the schedule asks for, without when. */
export function requestOf({ folders, release, format, visits, train, revise }: Schedule): ReencodeRequest {
  return { folders, release, format, visits, train, revise };
}

/** @throws ConfigError for a cron expression or a time zone that is none */
export function checkSchedule(schedule: Settings['schedule']): void {
  if (schedule) nextTime(schedule.cron, schedule.timezone, new Date());
}

/**
 * Hands the schedule of the settings to the queue, which all workers share: the worker that started last has its way. Settings that say nothing of a schedule
 * leave it as it is; null ends it.
 * @throws ConfigError for a cron expression that is none
 */
export async function shareSchedule(queue: JobQueue, schedule: Settings['schedule']): Promise<void> {
  if (schedule === undefined) return;
  const job: Job = { run: null, part: null, kind: 'reencode' };
  if (schedule === null) return queue.schedule(null, job, 'UTC');
  nextTime(schedule.cron, schedule.timezone, new Date());
  const { release } = schedule;
  await queue.schedule(schedule.cron, { ...job, release, input: { ...requestOf(schedule) } }, schedule.timezone);
}

/**
 * Follows the schedule in this process, for an embedded archive, until the signal aborts. A run that takes longer than the time between two is not begun twice.
 * @throws ConfigError for a cron expression that is none
 */
export async function followSchedule(
  { cron, timezone }: Schedule,
  perform: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const due = nextTime(cron, timezone, new Date());
    for (let left = due.getTime() - Date.now(); left > 0 && !signal.aborted; left = due.getTime() - Date.now())
      await delay(Math.min(left, LONGEST_WAIT_MS), undefined, { signal, ref: false }).catch(() => {});
    if (!signal.aborted) await perform();
  }
}
