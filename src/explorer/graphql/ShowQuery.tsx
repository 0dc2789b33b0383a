import { useEffect, useRef, useState } from 'react';
import { apiAddress } from './address';
import { asPython } from './asPython';
import { type Question, useQuestions } from './behind';
import { CopyButton } from './CopyButton';

/** The button and the dialogue with the GraphQL behind the view, as it can be sent and as Python. */
export function ShowQuery() {
  const questions = useQuestions();
  const [open, setOpen] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  return (
    <>
      <button type="button" className="quiet" disabled={questions.length === 0} onClick={() => setOpen(true)}>
        <span className="wide">Show the </span>query
      </button>
      {open && (
        <dialog ref={dialog} className="queries" aria-labelledby="queries-title" onClose={() => setOpen(false)}>
          <header>
            <h2 id="queries-title">What this view asks</h2>
            <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </header>
          {questions.map((question) => (
            <Behind key={question.name} question={question} />
          ))}
        </dialog>
      )}
    </>
  );
}

function Behind({ question }: { question: Question }) {
  const { name, text, variables } = question;
  const written = JSON.stringify(variables, shortened, 2);
  const python = asPython(question, apiAddress('graphql'));
  return (
    <section aria-label={name}>
      <h3>{name}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        {text}
        {written !== '{}' && `\n\n# variables\n${written}`}
      </pre>
      <p className="row">
        <CopyButton label="Copy GraphQL" text={text} />
        {written !== '{}' && <CopyButton label="Copy variables" text={JSON.stringify(variables, null, 2)} />}
        <CopyButton label="Copy as Python" text={python} />
        <a
          href={`${apiAddress('graphql')}?query=${encodeURIComponent(text)}&variables=${encodeURIComponent(written)}`}
          target="_blank"
          rel="noreferrer"
        >
          Open in GraphiQL
        </a>
      </p>
    </section>
  );
}

/** A whole spectrum would hide the query. */
function shortened(_: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 20) return [...value.slice(0, 3), `… ${value.length} numbers`];
  return value;
}
