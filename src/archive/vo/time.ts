import { InputError } from '../../domain/errors.js';
import type { Range } from './range.js';

/** ISO 8601 as DALI has it, from a year on; UTC. */
const TIME = /^\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d(\.\d+)?)?)?Z?)?)?)?$/;
/** What is left out of a time is the first of it. */
const FIRST = '0000-01-01T00:00:00.000';
const EXPECTED = 'a time of ISO 8601, or two with a slash between them, the earlier one first';

const DAY_MS = 86_400_000;
/** Modified Julian Date of 1970. */
const UNIX_EPOCH = 40_587;

/**
 * A time or a range of times, as Modified Julian Dates; either end of a range may be open. A time stands for all of it: 2016 for the year, 2016-02 for the month.
 * @throws InputError
 */
export function readTimes(text: string): Range {
  const ends = text.split('/').map((end) => end.trim());
  if (ends.length > 2 || ends.every((end) => end === '')) throw new InputError('TIME', EXPECTED, text);
  const [first, last = first] = ends;
  const min = first === '' ? null : toMjd(startOf(first, text));
  const max = last === '' ? null : toMjd(endOf(last, text));
  if (min !== null && max !== null && min > max) throw new InputError('TIME', EXPECTED, text);
  return { min, max };
}

/** @param text to be named when it is none */
function startOf(time: string, text: string): Date {
  const start = new Date(`${complete(time)}Z`);
  // Date reads 30 February as a day of March.
  if (!TIME.test(time) || Number.isNaN(start.getTime()) || !start.toISOString().startsWith(time.slice(0, 10)))
    throw new InputError('TIME', EXPECTED, text);
  return start;
}

/** Its last millisecond: what begins with the next year is not of this one. */
function endOf(time: string, text: string): Date {
  const end = startOf(time, text);
  const unit = time.replace(/Z$/, '').split(/[-T:]/).length;
  if (unit === 1) end.setUTCFullYear(end.getUTCFullYear() + 1);
  else if (unit === 2) end.setUTCMonth(end.getUTCMonth() + 1);
  else if (!time.includes('.')) end.setTime(end.getTime() + [DAY_MS, 3_600_000, 60_000, 1000][unit - 3]);
  else return end;
  return new Date(end.getTime() - 1);
}

function complete(time: string): string {
  const given = time.replace(/Z$/, '');
  return given + FIRST.slice(given.length);
}

function toMjd(date: Date): number {
  return date.getTime() / DAY_MS + UNIX_EPOCH;
}
