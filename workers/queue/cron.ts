import { PgBoss } from 'pg-boss';
import { ConfigError } from '../../src/domain/errors.js';

/** Reads cron expressions as the queue does, and needs no database for it. */
const reader = new PgBoss({ db: { executeSql: async () => ({ rows: [] }) } });

/**
 * When a cron expression is due next, strictly after a moment.
 * @throws ConfigError for an expression or a time zone that is none
 */
export function nextTime(cron: string, timezone: string, after: Date): Date {
  try {
    return reader.previewSchedule(cron, { tz: timezone, from: after, count: 1 })[0];
  } catch (error) {
    const found = `${cron} (${timezone}): ${error instanceof Error ? error.message : error}`;
    throw new ConfigError('schedule.cron', 'a cron expression of five fields, and a time zone', found);
  }
}
