import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import type { Columns } from '../autoencoder/learner.js';
import { alone, layTable, PartnerFailed, SharedExchange, type Table } from './exchange.js';
import type { Replica, Round } from './replica.js';
import type { FactorDisSettings } from './settings.js';
import { type TurnValues, turnBytes, turnValues } from './turn.js';

/** Fewer rows a thread are not worth it: its kernels would be called for too little. */
const fewestRows = 64;

/** How many threads play a step. */
export function playersFor({ operations, device }: Backend, { batch }: FactorDisSettings, threads: number): number {
  return operations.math && device === 'cpu' ? Math.max(1, Math.min(threads, Math.floor(batch / fewestRows))) : 1;
}

/** What a thread needs to hold a replica. */
export interface ReplicaOrder {
  readonly columns: Columns;
  readonly settings: FactorDisSettings;
  readonly seed: number;
  readonly scale: Float32Array;
  readonly state: Tensors;
  readonly turns: readonly number[];
  readonly own: number;
  readonly table: Table;
  /** Where the turns' numbers are. */
  readonly buffers: readonly SharedArrayBuffer[];
  readonly command: SharedArrayBuffer;
}

/** The next round for all threads, in shared memory: what is written becomes a round when the count goes up. */
export class Command {
  private readonly count: Int32Array;
  private readonly numbers: Float64Array;

  constructor(readonly buffer = new SharedArrayBuffer(5 * Float64Array.BYTES_PER_ELEMENT)) {
    this.count = new Int32Array(buffer, 0, 1);
    this.numbers = new Float64Array(buffer, Float64Array.BYTES_PER_ELEMENT);
  }

  /** @param round null: there will be no more */
  give(round: Round | null): void {
    this.numbers.set(round ? [round.step, round.rate, round.strength, Number(round.read)] : [-1]);
    Atomics.add(this.count, 0, 1);
    Atomics.notify(this.count, 0);
  }

  /** Blocks the thread until the round after `seen` rounds is given. */
  await(seen: number, turns: readonly number[]): Round | null {
    Atomics.wait(this.count, 0, seen);
    const [step, rate, strength, read] = this.numbers;
    return step < 0 ? null : { step, turns, rate, strength, read: read > 0 };
  }
}

/** Threads with a replica each, this one's among them, that play every round together. */
export class Crew {
  private constructor(
    private readonly replica: Replica,
    /** The turns' numbers, to be filled with x and u before a round. */
    readonly values: readonly TurnValues[],
    private readonly command: Command,
    private readonly exchange: SharedExchange,
    private readonly fault: Promise<Error>,
  ) {
    replica.join(exchange);
  }

  /**
   * @param players threads, of which this one is the first
   * @throws what keeps a thread from being ready
   */
  static async start(
    players: number,
    replica: Replica,
    turns: readonly number[],
    order: Pick<ReplicaOrder, 'columns' | 'settings' | 'seed' | 'scale'>,
  ): Promise<Crew> {
    const command = new Command();
    const table = layTable(players, replica.numbersSummed(turns.length));
    const buffers = turns.map(() => new SharedArrayBuffer(turnBytes(replica.shape)));
    const state = replica.state();
    const workers = Array.from({ length: players - 1 }, (_, i) => {
      const { width, parameters, noise } = order.columns;
      const own: ReplicaOrder = {
        ...order,
        columns: { width, parameters, noise },
        ...{ state, turns, own: i + 1, table, buffers, command: command.buffer },
      };
      return new Worker(threadModule(), { workerData: own });
    });
    const exchange = new SharedExchange(table, 0);
    const fault = new Promise<Error>((resolve) => {
      for (const worker of workers) worker.on('error', resolve);
    });
    try {
      // Each says when it is ready; 'error' rejects.
      await Promise.all(workers.map((worker) => once(worker, 'message')));
    } catch (error) {
      command.give(null);
      throw error;
    } finally {
      for (const worker of workers) worker.unref();
    }
    const values = buffers.map((buffer) => turnValues(replica.shape, buffer));
    return new Crew(replica, values, command, exchange, fault);
  }

  /** @throws what a thread has thrown */
  async play(round: Round): Promise<Readonly<Record<string, number>> | null> {
    this.command.give(round);
    try {
      return this.replica.play(this.values, round);
    } catch (error) {
      this.exchange.fail();
      throw error instanceof PartnerFailed ? await this.fault : error;
    }
  }

  /** The threads go, and free what they hold. */
  end(): void {
    this.exchange.fail();
    this.command.give(null);
    this.replica.join(alone);
  }
}

/** The compiled thread: beside this file in dist/, or in dist/ when this file runs as source, as under vitest. */
function threadModule(): URL {
  const beside = new URL('./replicaThread.js', import.meta.url);
  return existsSync(beside)
    ? beside
    : new URL('../../../../dist/src/science/models/factordis/replicaThread.js', import.meta.url);
}
