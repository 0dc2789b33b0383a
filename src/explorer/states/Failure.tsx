import type { AnswerError } from '../graphql/ask';

/** What the API refused, its remedy, and another try. */
export function Failure({ error, again }: { error: AnswerError; again?: () => void }) {
  return (
    <div className="state failure" role="alert">
      <p>
        <strong>{titles[error.code] ?? 'This did not work'}</strong>
      </p>
      <p>{error.message}.</p>
      {error.remedy && <p>Remedy: {error.remedy}.</p>}
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

const titles: Readonly<Record<string, string>> = {
  OFFLINE: 'No answer',
  NOT_READY: 'Not yet',
  UNAUTHENTICATED: 'A token is needed',
};
