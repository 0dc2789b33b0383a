import { LimitError } from '../../domain/errors.js';

/** Brackets within brackets: a query of the largest depth has a tenth of it. From some 1,500 on the walks over a document, which call themselves, overflow the stack. */
const DEEPEST = 300;

/** What brackets stand in without being any: block strings, strings, comments. */
const opaque = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[[\](){}]/g;

/** Looks at a document before anything walks it. @throws LimitError */
export function checkNesting(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(opaque)) {
    if (token === '{' || token === '[' || token === '(') depth++;
    else if (token === '}' || token === ']' || token === ')') depth--;
    if (depth > DEEPEST)
      throw new LimitError('brackets within brackets of the query', DEEPEST, 'more', 'ask in several queries');
  }
}
