import { createClient } from 'graphql-ws';
import { useEffect, useRef, useState } from 'react';
import { accessToken } from './accessToken';
import { liveAddress } from './address';
import { nameOf, type Operation, textOf } from './operation';

/** ms between signs of life: a connection that is gone without a word is noticed so. */
const ALIVE = 15_000;
/** ms between two tries to connect, at most. */
const LONGEST_WAIT = 30_000;

/**
 * Subscribes over a WebSocket for as long as the view is there, and connects again whenever that ends.
 * @param tell takes each piece of news
 * @returns whether news are coming: who needs them has to ask meanwhile
 */
export function useNews<Data>(operation: Operation<Data, Record<string, never>>, tell: (news: Data) => void): boolean {
  const [live, setLive] = useState(false);
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => {
    const token = accessToken();
    const client = createClient({
      url: liveAddress(),
      connectionParams: token === null ? {} : { Authorization: `Bearer ${token}` },
      keepAlive: ALIVE,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: (tries) => new Promise((done) => setTimeout(done, Math.min(LONGEST_WAIT, 1000 * 2 ** tries))),
      shouldRetry: () => true,
    });
    client.on('connected', () => setLive(true));
    client.on('closed', () => setLive(false));
    const end = client.subscribe<Data>(
      { query: textOf(operation), operationName: nameOf(operation) },
      {
        next: ({ data }) => data && latest.current(data),
        // A refusal: the view asks by itself instead.
        error: () => setLive(false),
        complete: () => setLive(false),
      },
    );
    return () => {
      end();
      void client.dispose();
    };
  }, [operation]);
  return live;
}
