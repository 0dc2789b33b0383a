import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Compute } from '../../compute/compute.js';
import type { Database } from '../../storage/database.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * What Prometheus reads at /metrics. No label holds what a client sent or the name of a release, a star, a model or a token: there are few of each, and a scrape tells of
 * nothing that is hidden.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly requests = this.#histogram('starkin_http_request_seconds', 'Time of HTTP requests.', [
    'route',
    'method',
    'status',
  ]);
  readonly operations = this.#histogram('starkin_graphql_operation_seconds', 'Time of GraphQL operations.', [
    'kind',
    'outcome',
  ]);
  readonly fields = this.#histogram('starkin_graphql_field_seconds', 'Time of fields that look something up.', [
    'field',
  ]);
  readonly errors = this.#counter('starkin_graphql_errors_total', 'Errors told to clients.', ['code']);
  readonly cost = this.#counter('starkin_graphql_cost_total', 'Cost of what was answered.', []);
  readonly refused = this.#counter(
    'starkin_rate_limited_total',
    'Requests refused since their client had spent its budget.',
    ['payer'],
  );
  readonly twinPlans = this.#counter('starkin_twin_searches_total', 'Searches for twins by plan.', ['plan']);
  readonly cache = this.#counter(
    'starkin_cache_total',
    'What was found in a cache of this process, and what was not.',
    ['cache', 'result'],
  );
  readonly cancelled = this.#counter('starkin_requests_cancelled_total', 'Requests given up before their end.', [
    'why',
  ]);
  readonly live = new Gauge({
    name: 'starkin_live_connections',
    help: 'WebSocket connections.',
    registers: [this.registry],
  });

  /** @param db whose pool is told of @param compute whose queues are told of */
  constructor(db: Database, compute: Compute) {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge(
      'starkin_database_connections',
      'Connections to the database, and statements that wait for one.',
      'state',
      () => ({
        ...db.load?.(),
      }),
    );
    this.#gauge(
      'starkin_compute_calls',
      'Calls to the compute processes: at work, and waiting for a turn.',
      'state',
      () => ({
        ...compute.load(),
      }),
    );
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: Label[]): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** A gauge that is read when it is asked for, one value per name. */
  #gauge(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      collect() {
        for (const [key, value] of Object.entries(read())) this.set({ [label]: key }, value);
      },
    });
  }
}
