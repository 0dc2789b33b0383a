/** How several threads that hold the same networks take one step together, each on its share of the batch. */
export interface Exchange {
  readonly players: number;
  readonly own: number;
  /**
   * Sums of what all players hand in, in the order of the players, so that they are the same numbers for each of them and in every run. Waits for all.
   * @returns the sums of all arrays one after another, good until the next time
   */
  sum(arrays: readonly (Float32Array | Float64Array)[]): Float32Array;
  /** Waits until all players have come here. */
  meet(): void;
}

/** One player, who waits for nobody. */
export const alone: Exchange = {
  players: 1,
  own: 0,
  sum: (arrays) => Float32Array.from(arrays.flatMap((array) => [...array])),
  meet: () => {},
};

/** Another player has failed; that one knows why. */
export class PartnerFailed extends Error {}

/** Rows of a batch that are a player's. */
export function shareOf({ players, own }: Exchange, rows: number): { first: number; end: number } {
  return { first: Math.floor((rows * own) / players), end: Math.floor((rows * (own + 1)) / players) };
}

/** Cells of the control words. */
const [generation, arrived, failed] = [0, 1, 2];
/** A barrier is mostly passed within microseconds, where waking up costs some fifty of them. */
const spins = 100;
/** How often a waiting player looks whether another has failed, and after how long without a sign of life it gives up, ms. */
const [look, patience] = [1000, 300_000];

/** Memory that all players share. */
export interface Table {
  readonly players: number;
  /** The most numbers that are ever summed. */
  readonly size: number;
  readonly control: SharedArrayBuffer;
  /** A place for every player's numbers, and one for the sum. */
  readonly numbers: SharedArrayBuffer;
}

export function layTable(players: number, size: number): Table {
  const numbers = new SharedArrayBuffer((players + 1) * size * Float32Array.BYTES_PER_ELEMENT);
  return { players, size, control: new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT), numbers };
}

/** An exchange over shared memory, which blocks the thread while it waits. */
export class SharedExchange implements Exchange {
  readonly players: number;
  private readonly control: Int32Array;
  private readonly places: readonly Float32Array[];
  private readonly total: Float32Array;

  constructor(
    { players, size, control, numbers }: Table,
    readonly own: number,
  ) {
    this.players = players;
    this.control = new Int32Array(control);
    const place = (index: number) => new Float32Array(numbers, index * size * Float32Array.BYTES_PER_ELEMENT, size);
    this.places = Array.from({ length: players }, (_, index) => place(index));
    this.total = place(players);
  }

  sum(arrays: readonly (Float32Array | Float64Array)[]): Float32Array {
    let size = 0;
    for (const array of arrays) {
      this.places[this.own].set(array, size);
      size += array.length;
    }
    this.meet();
    const { first, end } = shareOf(this, size);
    const { places, total } = this;
    total.set(places[0].subarray(first, end), first);
    for (const place of places.slice(1)) for (let i = first; i < end; i++) total[i] += place[i];
    this.meet();
    return total.subarray(0, size);
  }

  /** @throws PartnerFailed when another player has failed, Error when one gives no sign of life */
  meet(): void {
    const { control, players } = this;
    const present = Atomics.load(control, generation);
    if (Atomics.add(control, arrived, 1) + 1 === players) {
      Atomics.store(control, arrived, 0);
      Atomics.add(control, generation, 1);
      Atomics.notify(control, generation);
    } else {
      for (let spin = 0; spin < spins && Atomics.load(control, generation) === present; spin++);
      for (let waited = 0; Atomics.load(control, generation) === present; waited += look) {
        if (Atomics.load(control, failed)) throw new PartnerFailed('a training thread has failed');
        if (waited > patience) throw new Error(`a training thread has given no sign of life for ${patience / 1000} s`);
        Atomics.wait(control, generation, present, look);
      }
    }
    if (Atomics.load(control, failed)) throw new PartnerFailed('a training thread has failed');
  }

  /** Tells the others not to wait. */
  fail(): void {
    Atomics.store(this.control, failed, 1);
    Atomics.notify(this.control, generation);
  }
}
