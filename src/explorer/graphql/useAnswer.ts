import { useCallback, useEffect, useRef, useState } from 'react';
import { AnswerError, ask } from './ask';
import { noteQuestion } from './behind';
import type { Operation } from './operation';

/** What is known of an answer. While a new one is on its way the old one stays, so that nothing jumps. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly error: AnswerError | null;
  readonly loading: boolean;
  again(): void;
}

/**
 * Asks, and asks anew when the variables change; the answer to a question that was taken back is dropped.
 * @param variables null: nothing is asked yet
 */
export function useAnswer<Data, Variables extends object>(
  operation: Operation<Data, Variables>,
  variables: Variables | null,
  { every = null }: { /** ms between two askings; null: once */ every?: number | null } = {},
): Answer<Data> {
  const key = variables && JSON.stringify(variables);
  const [state, setState] = useState<Omit<Answer<Data>, 'again'>>(nothing);
  const [turn, setTurn] = useState(0);
  const latest = useRef(variables);
  latest.current = variables;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables, the turn for a wish to ask again
  useEffect(() => {
    if (key === null || latest.current === null) return setState(nothing);
    const given = latest.current;
    const aborter = new AbortController();
    setState(({ data }) => ({ data, error: null, loading: true }));
    const forget = noteQuestion(operation, given);
    ask(operation, given, aborter.signal).then(
      (data) => aborter.signal.aborted || setState({ data, error: null, loading: false }),
      (error: unknown) =>
        aborter.signal.aborted || setState(({ data }) => ({ data, error: asAnswerError(error), loading: false })),
    );
    return () => {
      aborter.abort();
      forget();
    };
  }, [operation, key, turn]);

  useEffect(() => {
    if (every === null) return;
    const timer = setInterval(() => document.hidden || setTurn((n) => n + 1), every);
    return () => clearInterval(timer);
  }, [every]);

  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { ...state, again };
}

export function asAnswerError(error: unknown): AnswerError {
  return error instanceof AnswerError ? error : new AnswerError(String(error), 'ERROR');
}

const nothing = { data: null, error: null, loading: false };
