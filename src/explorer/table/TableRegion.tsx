import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';

interface TableRegionProps {
  /** What a screen reader calls it. */
  readonly label: string;
  /** Newer content is on its way. */
  readonly stale?: boolean;
  readonly children: ReactNode;
}

/** A table that may be wider than the page: it scrolls by itself, by keyboard too, and says so. */
export function TableRegion({ label, stale = false, children }: TableRegionProps) {
  const region = useRef<HTMLElement>(null);
  const [hidden, setHidden] = useState<Hidden>({ left: false, right: false });
  const look = useCallback(() => {
    const { scrollLeft, clientWidth, scrollWidth } = region.current ?? nothing;
    const [left, right] = [scrollLeft > 1, scrollLeft + clientWidth < scrollWidth - 1];
    setHidden((former) => (former.left === left && former.right === right ? former : { left, right }));
  }, []);
  useEffect(() => {
    const box = region.current;
    if (!box) return;
    const observer = new ResizeObserver(look);
    // Its content too: rows that come later may be wider.
    for (const each of [box, ...box.children]) observer.observe(each);
    return () => observer.disconnect();
  }, [look]);
  return (
    <div className="table-frame" data-left={hidden.left || undefined} data-right={hidden.right || undefined}>
      <section
        ref={region}
        className={stale ? 'table stale' : 'table'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label}
        aria-busy={stale}
        onScroll={look}
      >
        {children}
      </section>
      {(hidden.left || hidden.right) && (
        <p className="muted small sideways">
          {hidden.right
            ? 'More columns to the right: swipe, or scroll sideways.'
            : 'The first columns are to the left.'}
        </p>
      )}
    </div>
  );
}

interface Hidden {
  readonly left: boolean;
  readonly right: boolean;
}

const nothing = { scrollLeft: 0, clientWidth: 0, scrollWidth: 0 };
