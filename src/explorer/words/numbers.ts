/** Numbers as astronomers write them; a dash where there is none. */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  // A true minus sign is as wide as the plus.
  return value.toFixed(digits).replace('-', '−');
}

/** With its sign, as [Fe/H] is written. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return value !== null && value !== undefined && value >= 0 && text !== '–' ? `+${text}` : text;
}

/** A small rate: 0.0012, 3e−5. */
export function rate(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value !== 0 && value < 0.001) return value.toExponential(1).replace('-', '−');
  return value.toPrecision(2);
}

/** A value with its error, when it has one. */
export function withError(value: number | null | undefined, error: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return text === '–' || error === null || error === undefined ? text : `${text} ± ${fixed(error, digits)}`;
}

/** What was typed into a field of numbers; null where there is none. */
export function typed(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text.trim().replace('−', '-').replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}
