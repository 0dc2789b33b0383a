import { useContext } from 'react';
import type { AnswerError } from '../graphql/ask';
import { StatusContext } from './status';

/** One line on what is served; simulated archives say so on every view. */
export function StatusLine() {
  const answer = useContext(StatusContext);
  const status = answer?.data?.status;
  if (!status)
    return <p className="status">{answer?.error ? reasonOf(answer.error) : <span className="spoken">Loading</span>}</p>;
  const simulated = status.releases.some((release) => release.simulated);
  return (
    <p className="status">
      <span className={status.ready ? 'dot ready' : 'dot'} aria-hidden="true" />
      <span>{status.stars.toLocaleString('en')} stars</span>
      {simulated && (
        <span className="badge" title="At least one published release comes from a simulation">
          simulated
        </span>
      )}
      <span className="model">{status.model?.name ?? 'no model'}</span>
      {status.reason && <span>{status.reason}</span>}
    </p>
  );
}

function reasonOf({ code }: AnswerError): string {
  return code === 'UNAUTHENTICATED' ? 'An access token is needed' : 'The server does not answer';
}
