import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** A process that was stopped in the middle of a COPY: its transaction holds a lock, and it says nothing more. */
export interface HalfCopy {
  /** The end of the COPY's stream, with the server's reason when it was the server's. */
  readonly ended: Promise<string>;
  /** Says some bytes more. */
  write(text: string): void;
  close(): Promise<void>;
}

/** @param lock of the transaction, an advisory one by the hash of this name */
export async function copyHalf(url: string, { lock = 'half', application = 'starkin' } = {}): Promise<HalfCopy> {
  const client = new pg.Client({
    connectionString: url,
    application_name: application,
    // It does not end a COPY.
    idle_in_transaction_session_timeout: 50,
  });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [lock]);
  const stream = client.query(copyFrom('copy survey (name, simulated) from stdin'));
  const ended = new Promise<string>((resolve) => stream.on('error', ({ message }) => resolve(message)));
  stream.write('half a ro');
  return {
    ended,
    write: (text) => void stream.write(text),
    async close() {
      stream.destroy();
      await client.end();
    },
  };
}
