interface PagerProps {
  readonly number: number;
  readonly shown: number;
  readonly size: number;
  readonly total: number;
  readonly next: (() => void) | null;
  readonly previous: (() => void) | null;
}

/** Where the page stands in the list, and the pages beside it. */
export function Pager({ number, shown, size, total, next, previous }: PagerProps) {
  const from = (number - 1) * size + 1;
  return (
    <nav className="pager" aria-label="Pages">
      <button type="button" disabled={!previous} onClick={() => previous?.()}>
        Previous
      </button>
      <span role="status">
        {from.toLocaleString('en')}–{(from + shown - 1).toLocaleString('en')} of {total.toLocaleString('en')} stars
      </span>
      <button type="button" disabled={!next} onClick={() => next?.()}>
        Next
      </button>
    </nav>
  );
}
