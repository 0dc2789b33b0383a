import { useEffect, useRef, useState } from 'react';
import { accessToken, takeToken } from '../graphql/accessToken';

/** The button and the dialogue for the token that shows releases which are not published for all. */
export function TokenField() {
  const known = accessToken() !== null;
  const [open, setOpen] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  const take = (token: string | null) => {
    try {
      takeToken(token);
    } catch {
      setFault('This browser keeps nothing, not even for a session: allow it for this page.');
    }
  };
  return (
    <>
      <button type="button" className="quiet" onClick={() => setOpen(true)}>
        {known ? (
          'Token in use'
        ) : (
          <>
            <span className="wide">Access </span>token
          </>
        )}
      </button>
      {open && (
        <dialog ref={dialog} className="queries" aria-labelledby="token-title" onClose={() => setOpen(false)}>
          <header>
            <h2 id="token-title">Access token</h2>
            <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </header>
          <p>
            With one that names them, releases are shown that are not published for all. It stays in this window until
            that is closed, and is sent to this archive alone.
          </p>
          <form
            className="row"
            aria-label="Access token"
            onSubmit={(event) => {
              event.preventDefault();
              take(field.current?.value.trim() ?? null);
            }}
          >
            <label className="row">
              Token
              <input
                ref={field}
                type="password"
                autoComplete="off"
                required
                pattern="\s*starkin_[A-Za-z0-9_\-]{43}\s*"
                title="starkin_ and 43 letters, digits, - or _"
              />
            </label>
            <button type="submit" className="primary">
              Use it
            </button>
            {known && (
              <button type="button" onClick={() => take(null)}>
                Forget it
              </button>
            )}
          </form>
          {fault && <p role="alert">{fault}</p>}
        </dialog>
      )}
    </>
  );
}
