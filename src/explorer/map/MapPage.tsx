import { useEffect, useMemo, useState } from 'react';
import { href, type Route } from '../router/route';
import { useStatus } from '../shell/status';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { NoModel } from '../states/NoModel';
import { MapControls } from './MapControls';
import { MapFigure } from './MapFigure';
import { planeOf } from './plane';
import { SelectedStars } from './SelectedStars';
import { shadeName, shadeOf } from './shade';
import { useStarMap } from './useStarMap';

/** Every star as a point: in latent space and in planes of what is known of it. */
export function MapPage({ route: { params } }: { route: Route }) {
  const status = useStatus();
  // Before the first answer it is not known which species there are: those that the address names are taken at their word.
  const [species, setSpecies] = useState<readonly string[] | null>(null);
  const named = species ?? ['x', 'y', 'colour'].map((name) => params.get(name) ?? '').concat('Fe', 'Mg');
  const plane = planeOf(params, named);
  const colour = shadeName(params, named);
  const { table, loading, error } = useStarMap([plane.x.name, plane.y.name, colour], status?.model != null);
  if (table && species !== table.species) setSpecies(table.species);
  const shade = useMemo(() => table && shadeOf(colour, table), [table, colour]);
  const [rows, setRows] = useState<readonly number[]>([]);
  const [lassoing, setLassoing] = useState(false);
  const ids = table?.ids;
  const computation = table?.cursors[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows of another computation are other stars
  useEffect(() => setRows([]), [computation]);
  const chosen = useMemo(() => rows.filter((row) => row < (ids?.length ?? 0)), [rows, ids]);
  if (status && !status.model) return <NoModel wants="Maps of the archive" />;
  if (error && !table) return <Failure error={error} />;
  if (!table && loading) return <Loading what="the map" lines={8} />;
  if (!table)
    return (
      <Empty title="Latent space was not laid out yet under this model">
        <p>
          The operator runs <code>npx starkin projections</code>; every publication does so by itself. Meanwhile:{' '}
          <a href={href(['find'])}>the table of stars</a>
        </p>
      </Empty>
    );
  const [x, y] = [table.columns[plane.x.name], table.columns[plane.y.name]];
  return (
    <>
      <h1 className="spoken">Map of the archive</h1>
      <MapControls plane={plane} shade={colour} species={table.species} lassoing={lassoing} onLassoing={setLassoing} />
      {error && <Failure error={error} />}
      {!(x && y) && loading && <Loading what={`${plane.x.label} and ${plane.y.label}`} lines={8} />}
      {x && y && (
        <MapFigure
          key={`${plane.x.name} ${plane.y.name}`}
          table={table}
          loading={loading}
          plane={plane}
          x={x}
          y={y}
          shade={shade}
          rows={chosen}
          lassoing={lassoing}
          onSelect={(next) => {
            setRows(next);
            setLassoing(false);
          }}
          camera={params.get('camera')}
        />
      )}
      <SelectedStars table={table} rows={chosen} shown={[plane.x, plane.y]} shade={shade} onClear={() => setRows([])} />
    </>
  );
}
