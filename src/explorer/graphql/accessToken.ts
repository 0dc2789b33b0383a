/** Of this window alone and gone with it; never in the address, nor where other visits or windows would find it. */
const KEY = 'starkin.token';

/** The access token that the reader gave; null where there is none. */
export function accessToken(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/**
 * Takes another token, or none, and begins anew: nothing that was seen under the former one stays on the page.
 * @throws where the browser keeps nothing, not even for a session
 */
export function takeToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
  location.reload();
}
