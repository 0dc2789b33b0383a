/** What a token allows beyond what everybody may: to see one release though it is a draft or proprietary, or to see the archive's operation. */
export type Scope = `read:${string}` | 'operate';

/** `starkin_` tells people, and programs that look for leaked secrets, what it is; 256 random bits follow in base64url. */
export const tokenPrefix = 'starkin_';
const shape = /^starkin_[A-Za-z0-9_-]{43}$/;
const within = /starkin_[A-Za-z0-9_-]{43}/g;

export function isToken(text: string): boolean {
  return shape.test(text);
}

/** The text with every token in it cut short: for logs. */
export function withoutTokens(text: string): string {
  return text.replace(within, `${tokenPrefix}…`);
}

/** The names of releases in scopes: they tell people which were meant when the token was made. */
export function namedReleases(scopes: readonly Scope[]): string[] {
  return scopes.flatMap((scope) => (scope.startsWith('read:') ? [scope.slice('read:'.length)] : []));
}
