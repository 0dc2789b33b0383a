import type { Response } from 'express';
import { readableReleases } from '../domain/accessToken.js';
import type { ApiToken } from '../storage/apiToken.js';

/** Who asks: nobody in particular, or whoever holds a token. */
export interface Access {
  /** Name of the token; null for an anonymous request. */
  readonly token: string | null;
  /** Releases that the token names: seen though they are drafts or proprietary. */
  readonly releases: readonly string[];
  /** Whether the archive's operation may be seen: every run, with paths and messages. The releases are seen no more for it. */
  readonly operate: boolean;
}

export const anonymous: Access = { token: null, releases: [], operate: false };

export function accessOf({ name, scopes }: Pick<ApiToken, 'name' | 'scopes'>): Access {
  return { token: name, releases: readableReleases(scopes), operate: scopes.includes('operate') };
}

/** Notes on a response who asked, for the handlers that come after. */
export function grant(response: Response, access: Access): void {
  response.locals.access = access;
}

export function granted(response: Response): Access {
  return (response.locals.access as Access | undefined) ?? anonymous;
}
