import type { SingleSpectrum } from '../domain/observedSpectrum.js';

/** What a reading process says, on one line of JSON: text cannot make its receiver do anything, whatever the file has made of the process. */
export type Answer =
  | { readonly kind: 'spectrum'; readonly spectrum: SingleSpectrum }
  /** The file is at fault. */
  | { readonly kind: 'refused'; readonly message: string; readonly remedy: string | null }
  /** The reader is, or did not survive the file. */
  | { readonly kind: 'failed'; readonly message: string };

/** JSON has no NaN: null stands for it, in these arrays alone. */
const arrays = ['wavelength', 'flux', 'error'];

export function toText(answer: Answer): string {
  return JSON.stringify(answer, (_, value) => (value instanceof Float64Array ? Array.from(value) : value));
}

/** @throws Error for a text that is no answer */
export function fromText(text: string): Answer {
  const answer = JSON.parse(text, (key, value) =>
    arrays.includes(key) && Array.isArray(value)
      ? Float64Array.from(value, (number) => (typeof number === 'number' ? number : Number.NaN))
      : value,
  ) as Answer;
  if (!['spectrum', 'refused', 'failed'].includes(answer?.kind)) throw new Error('no answer of a reading process');
  return answer;
}
