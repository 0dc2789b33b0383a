import { InputError } from '../domain/errors.js';
import { orAborted } from '../domain/orAborted.js';
import { cancellable } from '../storage/cancellable.js';
import type { ChangeMarks } from '../storage/changes.js';
import type { View } from '../storage/view.js';
import type { Access } from './access.js';
import type { Payer } from './limits/budget.js';
import { createLoaders, type Loaders } from './loaders.js';
import type { RequestServices, Services } from './services.js';

/** Who asks, and until when the answer is of use. */
export interface Requester {
  readonly access: Access;
  /** Who pays for it. */
  readonly payer: Payer;
  /** Names the request in the log and to the client. */
  readonly requestId: string;
  readonly signal: AbortSignal;
}

/** What one request works with: resolvers get it as their context. */
export interface Context extends RequestServices, Requester {
  /**
   * The served model and the visible releases, the same for the whole request: read when a field first asks, so that introspection costs no
   * statement, and then kept. A publication or promotion during the request does not mix two states.
   */
  readonly view: () => Promise<View>;
  readonly loaders: Loaders;
  /** Only subscriptions have it, so that nothing else waits for changes. */
  readonly live: Live;
  /** What its fields have cost so far. */
  readonly spent: { cost: number };
}

/** Changes of the archive; the context sees each as it is when it is told. */
export interface Live {
  changes(topic: keyof ChangeMarks): AsyncIterable<void>;
}

const notLive: Live = {
  changes() {
    throw new InputError('query', 'a subscription', 'another operation');
  },
};

export function createContext(services: Services, requester: Requester): Context {
  let reading: Promise<View> | undefined;
  const own = { ...services, ...requester, db: cancellable(services.db, requester.signal) };
  const view = () => {
    reading ??= orAborted(services.views.read(requester.access.releases), requester.signal);
    return reading;
  };
  return { ...own, view, loaders: createLoaders(own, view), live: notLive, spent: { cost: 0 } };
}
