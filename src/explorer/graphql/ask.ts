import { accessToken } from './accessToken';
import { apiAddress } from './address';
import { nameOf, type Operation, textOf } from './operation';

/** A refusal of the API, or of the way to it, in words for the reader. */
export class AnswerError extends Error {
  /**
   * @param code as in the API's errors: NOT_READY, BAD_USER_INPUT, …; OFFLINE where no answer came
   * @param remedy what to do about it, where the API says so
   */
  constructor(
    message: string,
    readonly code: string,
    readonly remedy: string | null = null,
    /** What an ambiguous identifier may mean. */
    readonly candidates: readonly string[] = [],
  ) {
    super(message);
  }
}

interface Fault {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly remedy?: string; readonly candidates?: readonly string[] };
}

/**
 * Sends an operation.
 * @throws AnswerError for every kind of failure but an abort
 */
export async function ask<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const body = JSON.stringify({ query: textOf(operation), variables, operationName: nameOf(operation) });
  const { data } = await post<{ data?: Data }>('graphql', body, 'application/json', signal);
  if (data === undefined) throw new AnswerError('the answer holds no data', 'BAD_ANSWER');
  return data;
}

/**
 * Posts to the API and reads JSON. It tells every refusal as GraphQL does, within GraphQL or not.
 * @throws AnswerError where there is no answer, it is no JSON, or it is a refusal
 */
export async function post<Body>(path: string, content: BodyInit, kind: string, signal?: AbortSignal): Promise<Body> {
  const token = accessToken();
  const headers = {
    'content-type': kind,
    accept: 'application/json',
    ...(token !== null && { authorization: `Bearer ${token}` }),
  };
  const request = { method: 'POST', headers, body: content, ...(signal && { signal }) };
  const response = await fetch(apiAddress(path), request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new AnswerError('the server does not answer', 'OFFLINE', 'see that it runs, then try again');
  });
  const body = (await response.json().catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new AnswerError(`the server answered ${response.status} without JSON`, 'BAD_ANSWER');
  })) as Body & { readonly errors?: readonly Fault[] };
  const [fault] = body.errors ?? [];
  if (fault) throw refusal(fault);
  if (!response.ok) throw new AnswerError(`the server answered ${response.status}`, 'BAD_ANSWER');
  return body;
}

function refusal({ message, extensions = {} }: Fault): AnswerError {
  return new AnswerError(message, extensions.code ?? 'ERROR', extensions.remedy ?? null, extensions.candidates ?? []);
}
