import { withError } from '../words/numbers';

/** A share with its error, in per cent; a dash where there is none. */
export function percent(
  share: { readonly value: number | null; readonly error: number | null } | null | undefined,
): string {
  if (share?.value == null) return '–';
  return withError(100 * share.value, share.error === null ? null : 100 * share.error, 1);
}
