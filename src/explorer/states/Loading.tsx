/** A quiet place-holder of about the size of what will stand there. */
export function Loading({ what, lines = 4 }: { what: string; lines?: number }) {
  return (
    <div className="state loading" role="status">
      <span className="spoken">Loading {what}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike and never move
        <span key={line} className="bar" aria-hidden="true" />
      ))}
    </div>
  );
}
