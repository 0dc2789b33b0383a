import type { Request } from 'express';
import { InputError } from '../../domain/errors.js';

/** Most rows of an answer. */
export const MOST_RECORDS = 10_000;

/** The parameters of a request to a service of the Virtual Observatory: names in any case (DALI 1.1, 2.2), each once. */
export class VoQuery {
  private readonly values = new Map<string, string>();

  /** @throws InputError for a parameter that is given twice */
  constructor(request: Request) {
    for (const [name, value] of Object.entries(request.query)) {
      const key = name.toUpperCase();
      if (typeof value !== 'string' || this.values.has(key)) throw new InputError(key, 'one value', 'several');
      this.values.set(key, value.trim());
    }
  }

  /** null where it is missing or empty. */
  text(name: string): string | null {
    return this.values.get(name) || null;
  }

  /** A number, which text such as 0x10 or Infinity is not. @throws InputError */
  number(name: string): number | null {
    const text = this.text(name);
    return text === null ? null : readNumber(name, text);
  }

  /** MAXREC: rows that are asked for at most. @throws InputError */
  maxrec(): number {
    const text = this.text('MAXREC');
    if (text === null) return MOST_RECORDS;
    if (!/^\d{1,15}$/.test(text)) throw new InputError('MAXREC', 'a whole number, not negative', text);
    return Math.min(Number(text), MOST_RECORDS);
  }
}

/** @throws InputError */
export function readNumber(name: string, text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) throw new InputError(name, 'a number', text);
  return Number(text);
}
