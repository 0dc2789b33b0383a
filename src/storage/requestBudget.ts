import type { Database } from './database.js';

/** What a payer has spent in its minute, by all replicas together. */
export interface Spent {
  readonly payer: string;
  readonly points: number;
  /** Until its minute ends. */
  readonly seconds: number;
}

/** Adds what payers have spent here since the last call, and tells what they have spent everywhere. The function's owner writes: who calls it need not be allowed to. */
export async function settleBudgets(db: Database, spent: ReadonlyMap<string, number>): Promise<Spent[]> {
  const rows = await db.query<{ payer: string; spent: string; seconds: number }>(
    'select payer, spent, seconds from settle_request_budget($1::text[], $2::bigint[])',
    [[...spent.keys()], [...spent.values()].map(Math.round)],
  );
  return rows.map(({ payer, spent: points, seconds }) => ({ payer, points: Number(points), seconds }));
}
