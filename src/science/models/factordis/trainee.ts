import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { AutoencoderInTraining } from '../autoencoder/inTraining.js';
import type { Split } from '../heldOut.js';
import type { EpochRecord, Samples } from '../method.js';
import { parametersOf } from '../sampleSlices.js';
import type { Trainee } from '../trainingLoop.js';
import { Crew, playersFor } from './crew.js';
import { Replica } from './replica.js';
import type { FactorDisSettings } from './settings.js';
import { drawRows, type TurnValues, turnBytes, turnValues } from './turn.js';

/** Turns whose samples are made in one pass hold so many bytes at most: all of a compact step, and one of the paper's, whose products are large enough by themselves. */
const mostBytes = 16e6;

/** FactorDis in training: some turns of the critic on rows of its own, then one of the autoencoder. */
export class FactorDisTrainee implements Trainee {
  private readonly replica: Replica;
  /** Turns that are played together, in their order: the critic's from 1 on, and last the autoencoder's, 0. */
  private readonly rounds: readonly (readonly number[])[];
  private crew: Crew | null = null;

  /** @param options threads over which a step may be spread, and weights to begin with */
  static async start(
    backend: Backend,
    samples: Samples,
    split: Split,
    settings: FactorDisSettings,
    seed: number,
    steps: number,
    { threads = 1, from }: { readonly threads?: number; readonly from?: Tensors | undefined } = {},
  ): Promise<FactorDisTrainee> {
    const autoencoder = await AutoencoderInTraining.start(backend, samples, split, settings, seed, from);
    return new FactorDisTrainee(backend, samples, split.training, settings, seed, steps, autoencoder, threads);
  }

  private constructor(
    private readonly backend: Backend,
    private readonly samples: Samples,
    private readonly rows: Int32Array,
    private readonly settings: FactorDisSettings,
    private readonly seed: number,
    private readonly steps: number,
    private readonly autoencoder: AutoencoderInTraining,
    private readonly threads: number,
  ) {
    this.replica = new Replica(backend, samples, settings, seed, autoencoder);
    const turns = [...Array.from({ length: settings.criticSteps }, (_, i) => i + 1), 0];
    const together = Math.max(1, Math.floor(mostBytes / turnBytes(this.replica.shape)));
    this.rounds = turns.flatMap((_, i) => (i % together === 0 ? [turns.slice(i, i + together)] : []));
  }

  async step(rows: Int32Array, step: number, read: boolean): Promise<Readonly<Record<string, number>> | null> {
    const { lambda, lambdaWarmup } = this.settings;
    const strength = lambda * Math.min(1, step / Math.max(1, lambdaWarmup));
    const rate = this.autoencoder.rateAt(step, this.steps);
    const crew = await this.assembled();
    let figures: Readonly<Record<string, number>> = {};
    for (const turns of this.rounds) {
      const values: TurnValues[] = [];
      for (const [i, turn] of turns.entries()) {
        const place = crew?.values[i] ?? turnValues(this.replica.shape, new ArrayBuffer(turnBytes(this.replica.shape)));
        await this.read(turn === 0 ? rows : this.rowsOf(step, turn), place);
        values.push(place);
      }
      const round = { step, turns, rate, strength, read };
      const played = crew ? await crew.play(round) : this.replica.play(values, round);
      figures = { ...played, ...figures };
    }
    return read ? figures : null;
  }

  assess(): Promise<EpochRecord> {
    return this.autoencoder.assess();
  }

  /** Not the critic, which has done its work. */
  result(): Tensors {
    return this.autoencoder.result();
  }

  state(): Tensors {
    return this.replica.state();
  }

  restore(state: Tensors): void {
    this.replica.restore(state);
    // Its threads hold the former state.
    this.crew?.end();
    this.crew = null;
  }

  dispose(): void {
    this.crew?.end();
    this.replica.dispose();
  }

  /** The threads that play with this one, where there are any; they begin with the state of the moment. */
  private async assembled(): Promise<Crew | null> {
    const { backend, samples, settings, seed, replica, autoencoder, rounds } = this;
    const players = playersFor(backend, settings, this.threads);
    if (players > 1 && rounds.length === 1)
      this.crew ??= await Crew.start(players, replica, rounds[0], {
        columns: samples,
        settings,
        seed,
        scale: autoencoder.scale,
      });
    return this.crew;
  }

  private rowsOf(step: number, turn: number): Int32Array {
    const { picked } = drawRows(this.seed, step, turn, this.settings.batch, this.rows.length);
    return picked.map((index) => this.rows[index]);
  }

  private async read(rows: Int32Array, { target, u, weight }: TurnValues): Promise<void> {
    target.set(await this.samples.gather(rows));
    u.set(parametersOf(this.samples, rows));
    weight.set(Float32Array.from(rows, (row) => this.autoencoder.weight[row]));
  }
}
