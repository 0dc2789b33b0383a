/** The types that have global ids. */
export const nodeKinds = ['Star', 'Release', 'Model', 'Group'] as const;
export type NodeKind = (typeof nodeKinds)[number];

/** Base64url of `<kind>:<key>`; a star's key is `<survey>:<name>`. */
export function globalId(kind: NodeKind, key: string): string {
  return Buffer.from(`${kind}:${key}`).toString('base64url');
}

/** @returns null for text that globalId did not write: survey names and numbers are such text */
export function parseGlobalId(text: string): { kind: NodeKind; key: string } | null {
  const decoded = Buffer.from(text, 'base64url').toString();
  const colon = decoded.indexOf(':');
  const kind = nodeKinds.find((name) => name === decoded.slice(0, colon));
  const key = decoded.slice(colon + 1);
  // Node's decoder skips what is not base64url, so that only the way back tells whether the text was one.
  return kind !== undefined && globalId(kind, key) === text ? { kind, key } : null;
}

/** The key of a reference that may be a global id of this kind or the plain key itself. */
export function keyOf(kind: NodeKind, reference: string): string {
  const parsed = parseGlobalId(reference);
  return parsed?.kind === kind ? parsed.key : reference;
}
