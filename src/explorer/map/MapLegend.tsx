import type { ReactNode } from 'react';
import { themeNow } from '../shell/theme';
import { fixed } from '../words/numbers';
import { gradient, nameColour } from './palette';
import type { Plane } from './plane';
import type { Shade } from './shade';
import type { StarTable } from './starTable';

interface MapLegendProps {
  readonly table: StarTable;
  readonly loading: boolean;
  readonly plane: Plane;
  /** Stars that have a place in the plane. */
  readonly placed: number;
  readonly shade: Shade | null;
  /** Buttons at its end. */
  readonly children: ReactNode;
}

/** Names that are listed; more would fill the page. */
const LISTED = 12;

/** What is shown, in words, and what the colours mean. */
export function MapLegend({ table, loading, plane, placed, shade, children }: MapLegendProps) {
  const { ids, stars, explainedVariance } = table;
  const share = (explainedVariance ?? []).reduce((sum, each) => sum + each, 0);
  const unplaced = ids.length - placed;
  return (
    <div className="row map-legend small">
      <span className="muted" role="status">
        {ids.length.toLocaleString('en')}{' '}
        {ids.length < stars ? `of ${stars.toLocaleString('en')} stars, more are coming` : 'stars'}
        {unplaced > 0 && `, ${unplaced.toLocaleString('en')} without a reliable value along an axis are not drawn`}
        {loading && ids.length === stars && ', a column is coming'}
        {plane.name === 'pca' && share > 0 && `, ${fixed(100 * share, 0)} % of the variance`}
        {plane.name === 'umap' && '. Neighbours stay neighbours; distances and directions mean nothing.'}
      </span>
      {shade?.by === 'number' && (
        <span className="ramp">
          {fixed(shade.low, shade.quantity.digits)}
          <span className="bar" style={{ background: gradient(themeNow()) }} />
          {fixed(shade.high, shade.quantity.digits)} {shade.quantity.label}
        </span>
      )}
      {shade?.by === 'name' && <NameList shade={shade} />}
      <span className="row exports">{children}</span>
    </div>
  );
}

function NameList({ shade: { grouping, ranked } }: { shade: Extract<Shade, { by: 'name' }> }) {
  if (ranked.length === 0) return <span>{grouping.label}: no star is in any</span>;
  const rest = ranked.slice(LISTED);
  return (
    <ul className="name-list" aria-label={grouping.label}>
      {ranked.slice(0, LISTED).map(({ name, stars }, rank) => (
        <li key={name}>
          <span className="disc" style={{ background: nameColour(rank, themeNow()) }} />
          {name} <span className="muted">{stars.toLocaleString('en')}</span>
        </li>
      ))}
      {rest.length > 0 && <li className="muted">{rest.length} more, in the same colours again</li>}
    </ul>
  );
}
