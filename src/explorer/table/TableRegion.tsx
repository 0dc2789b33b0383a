import type { ReactNode } from 'react';

interface TableRegionProps {
  /** What a screen reader calls it. */
  readonly label: string;
  /** Newer content is on its way. */
  readonly stale?: boolean;
  readonly children: ReactNode;
}

/** A table that may be wider than the page: it scrolls by itself, by keyboard too. */
export function TableRegion({ label, stale = false, children }: TableRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={stale ? 'table stale' : 'table'} tabIndex={0} aria-label={label} aria-busy={stale}>
      {children}
    </section>
  );
}
