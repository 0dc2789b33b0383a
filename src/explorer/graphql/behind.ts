import { useSyncExternalStore } from 'react';
import { nameOf, type Operation, textOf } from './operation';

/** An operation that the view on the page has asked, with what it was asked about. */
export interface Question {
  readonly name: string;
  readonly text: string;
  readonly variables: object;
}

let questions: readonly Question[] = [];
const listeners = new Set<() => void>();

/**
 * Notes a question for `show the query`: one per name, the last one asked.
 * @param name what it is called where it is shown; absent: as the operation
 * @returns takes it back, when the view is left
 */
export function noteQuestion<Data, Variables extends object>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  name: string = nameOf(operation),
): () => void {
  const question: Question = { name, text: textOf(operation), variables };
  replace([...questions.filter((other) => other.name !== name), question]);
  return () => replace(questions.filter((other) => other !== question));
}

/** The questions behind the view on the page, in the order asked. */
export function useQuestions(): readonly Question[] {
  return useSyncExternalStore(subscribe, () => questions);
}

function replace(next: readonly Question[]): void {
  questions = next;
  for (const told of listeners) told();
}

function subscribe(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}
