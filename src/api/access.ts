import type { Response } from 'express';
import type { ApiToken } from '../storage/apiToken.js';

/** Who asks: nobody in particular, or whoever holds a token. */
export interface Access {
  /** Name of the token; null for an anonymous request. */
  readonly token: string | null;
  /** Releases that the token names, by number: seen though they are drafts or proprietary. */
  readonly releases: readonly number[];
  /** Whether the archive's operation may be seen: every run, with paths and messages. The releases are seen no more for it. */
  readonly operate: boolean;
}

export const anonymous: Access = { token: null, releases: [], operate: false };

export function accessOf({ name, scopes, releases }: Pick<ApiToken, 'name' | 'scopes' | 'releases'>): Access {
  return { token: name, releases, operate: scopes.includes('operate') };
}

/** Notes on a response who asked, for the handlers that come after. */
export function grant(response: Response, access: Access): void {
  response.locals.access = access;
}

export function granted(response: Response): Access {
  return (response.locals.access as Access | undefined) ?? anonymous;
}
