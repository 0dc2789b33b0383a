import { useEffect, useState } from 'react';

/** Puts a text into the clipboard, and says for two seconds that it did. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () =>
    copyText(text).then(
      () => setSaid('Copied'),
      () => setSaid('Select the text and copy it'),
    );
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{said ?? label}</span>
    </button>
  );
}

/** The clipboard of the browser; over plain HTTP from another machine there is none, and a selected field is copied instead. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.querySelector('dialog[open]')?.append(field);
  if (!field.isConnected) document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  if (!done) throw new Error('the browser does not copy');
}
