import { type Context, createContext, type Requester } from '../context.js';
import type { Services } from '../services.js';
import type { Pulse } from './pulse.js';

/** What changes are heard by, and with which rights. */
export interface Listening {
  readonly pulse: Pulse;
  /** Who asks now: a token may have been revoked, or a release opened, since the last change. @throws AuthenticationError */
  readonly requester: () => Promise<Requester>;
  readonly signal: AbortSignal;
}

/** The context of a subscription: renewed for every change, so that each is told with the rights and of the archive of its own moment. */
export async function createLiveContext(services: Services, { pulse, requester, signal }: Listening): Promise<Context> {
  const renewed = async () => createContext(services, await requester());
  const context = await renewed();
  const live: Context['live'] = {
    async *changes(topic) {
      for await (const _ of pulse.changes(topic, signal)) {
        Object.assign(context, await renewed(), { live });
        yield;
      }
    },
  };
  return Object.assign(context, { live });
}
