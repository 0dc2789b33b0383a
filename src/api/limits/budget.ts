import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { Settings } from '../../config.js';
import { LimitError, RateLimitError } from '../../domain/errors.js';
import type { Spent } from '../../storage/requestBudget.js';

/** Who pays for a request: a token, or the address of who has none. */
export type Payer = `token:${string}` | `address:${string}`;

export interface Balance {
  /** What the payer may still spend in this minute. */
  readonly left: number;
  /** Seconds until it has all of it again. */
  readonly resetsIn: number;
}

/** Adds what was spent here since the last call to what all replicas know, and tells what was spent everywhere. */
export type Settle = (spent: ReadonlyMap<string, number>) => Promise<readonly Spent[]>;

const MINUTE = 60;
/** ms between two settlements: a client that asks n replicas at once can overdraw by what n of them answer in that time. */
const SETTLED_EVERY = 1000;

/**
 * What clients may spend in a minute. It is counted in memory; where replicas share, they tell each other once a second, in one statement for all clients. The Postgres store of the library
 * would add a statement that writes to every request, most of which have two that read.
 */
export class Budget {
  readonly #limiters: Readonly<Record<'address' | 'token', RateLimiterMemory | null>>;
  readonly #unsettled = new Map<Payer, number>();
  readonly #timer: NodeJS.Timeout | null;

  /** @param settle null: this process is the only one */
  constructor({ address, token }: Settings['api']['budget'], settle: Settle | null, log: Logger) {
    this.#limiters = { address: limiter(address), token: limiter(token) };
    const tell = () =>
      this.#settle(settle as Settle).catch((error: unknown) => log.warn({ err: error }, 'the budgets were not shared'));
    this.#timer = settle && setInterval(tell, SETTLED_EVERY).unref();
  }

  /**
   * Takes points from what a payer may spend.
   * @returns what it has left; null where it may spend any
   * @throws RateLimitError when it has not so much, LimitError when no minute has; nothing is taken then
   */
  async charge(payer: Payer, points: number): Promise<Balance | null> {
    const limiter = this.#of(payer);
    if (!limiter) return null;
    // To ask again in a minute would help nobody.
    if (points > limiter.points)
      throw new LimitError('cost of the request, of the budget of a minute', limiter.points, points, 'ask for less');
    const before = await limiter.get(payer);
    if (before && before.consumedPoints + points > limiter.points) {
      const seconds = Math.max(1, Math.ceil(before.msBeforeNext / 1000));
      const left = Math.max(before.remainingPoints, 0);
      throw new RateLimitError(
        `this request costs ${points}, and of the ${limiter.points} of this minute ${left} are left`,
        seconds,
        left,
      );
    }
    return this.#spend(limiter, payer, points);
  }

  /** Gives back what was charged too much. @returns as `charge` */
  async refund(payer: Payer, points: number): Promise<Balance | null> {
    const limiter = this.#of(payer);
    return limiter && this.#spend(limiter, payer, -points);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #of(payer: Payer): RateLimiterMemory | null {
    return this.#limiters[payer.startsWith('token:') ? 'token' : 'address'];
  }

  async #spend(limiter: RateLimiterMemory, payer: Payer, points: number): Promise<Balance> {
    if (this.#timer) this.#unsettled.set(payer, (this.#unsettled.get(payer) ?? 0) + points);
    const { remainingPoints, msBeforeNext } = await limiter.penalty(payer, points);
    return { left: remainingPoints, resetsIn: Math.ceil(msBeforeNext / 1000) };
  }

  async #settle(settle: Settle): Promise<void> {
    if (this.#unsettled.size === 0) return;
    const spent = new Map(this.#unsettled);
    this.#unsettled.clear();
    for (const { payer, points, seconds } of await settle(spent)) {
      const since = this.#unsettled.get(payer as Payer) ?? 0;
      if (seconds > 0) await this.#of(payer as Payer)?.set(payer, points + since, seconds);
    }
  }
}

function limiter(points: number | null): RateLimiterMemory | null {
  return points === null ? null : new RateLimiterMemory({ keyPrefix: '', points, duration: MINUTE });
}
