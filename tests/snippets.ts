import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../src/config.js';

/** A fenced block of a document. */
export interface Snippet {
  readonly file: string;
  readonly language: string;
  readonly text: string;
}

/** All fenced blocks of a document that name a language, in order. */
export function snippets(file: string): Snippet[] {
  const text = readFileSync(join(projectRoot, file), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, body]) => ({ file, language, text: body }));
}

/** The structure of a JSON value: its keys, with every leaf replaced by its type. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (value === null || typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shape(child)]));
}
