import { useEffect, useRef, useState } from 'react';
import type { AnswerError } from '../graphql/ask';
import { asAnswerError } from '../graphql/useAnswer';
import type { Route } from '../router/route';
import { useStatus } from '../shell/status';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { NoModel } from '../states/NoModel';
import { DropZone } from './DropZone';
import { OwnSpectrum } from './OwnSpectrum';
import { LARGEST, type ParsedSpectrum, parseFile } from './ownSpectrum';

interface Brought {
  /** Counts the files, as one may come again changed. */
  readonly number: number;
  readonly name: string;
  readonly parsed: ParsedSpectrum;
}

/** A spectrum of the reader's own: read, compared, and nowhere stored. */
export function YoursPage({ route }: { route: Route }) {
  const status = useStatus();
  const [brought, setBrought] = useState<Brought | null>(null);
  const [error, setError] = useState<AnswerError | string | null>(null);
  const [reading, setReading] = useState<string | null>(null);
  const count = useRef(0);
  const aborter = useRef<AbortController | null>(null);
  useEffect(() => () => aborter.current?.abort(), []);
  const read = async (file: File) => {
    aborter.current?.abort();
    const current = new AbortController();
    aborter.current = current;
    setBrought(null);
    setError(null);
    if (file.size > LARGEST)
      return setError(`${file.name} has ${(file.size / 2 ** 20).toFixed(0)} MB; the server takes 16 MB`);
    setReading(file.name);
    try {
      const parsed = await parseFile(file, current.signal);
      setBrought({ number: count.current++, name: file.name, parsed });
    } catch (failure) {
      if (!current.signal.aborted) setError(asAnswerError(failure));
    } finally {
      if (!current.signal.aborted) setReading(null);
    }
  };
  if (status && !status.model) return <NoModel wants="Twins of your own spectrum" />;
  return (
    <>
      <h1>A spectrum of your own</h1>
      <p className="muted">
        Drop a file with one spectrum to find its chemical kin. The server reads it, compares it and forgets it: nothing
        is stored.
      </p>
      <DropZone onFile={read} />
      {reading !== null && <Loading what={reading} lines={3} />}
      {typeof error === 'string' && (
        <p className="state failure" role="alert">
          {error}.
        </p>
      )}
      {error !== null && typeof error !== 'string' && <Failure error={error} />}
      {brought && (
        <OwnSpectrum key={brought.number} name={brought.name} parsed={brought.parsed} params={route.params} />
      )}
    </>
  );
}
