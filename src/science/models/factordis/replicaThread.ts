import { parentPort, workerData } from 'node:worker_threads';
import { loadBackend } from '../../networks/backend.js';
import { Learner } from '../autoencoder/learner.js';
import { Command, type ReplicaOrder } from './crew.js';
import { PartnerFailed, SharedExchange } from './exchange.js';
import { Replica } from './replica.js';
import { turnValues } from './turn.js';

/** The program of a thread of a crew: it plays every round that is given, and goes after the last. */
const { columns, settings, seed, scale, state, turns, own, table, buffers, command } = workerData as ReplicaOrder;
const backend = await loadBackend('tensorflow');
const exchange = new SharedExchange(table, own);
const replica = new Replica(backend, columns, settings, seed, new Learner(backend, columns, settings, seed, scale));
replica.restore(state);
replica.join(exchange);
const values = buffers.map((buffer) => turnValues(replica.shape, buffer));
const commands = new Command(command);
parentPort?.postMessage('ready');
try {
  for (let seen = 0; ; seen++) {
    const round = commands.await(seen, turns);
    if (!round) break;
    replica.play(values, round);
  }
} catch (error) {
  exchange.fail();
  // Whoever failed first is heard.
  if (!(error instanceof PartnerFailed)) throw error;
} finally {
  replica.dispose();
}
