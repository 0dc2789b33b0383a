import { useMemo, useState } from 'react';
import { href, type Route } from '../router/route';
import { useStatus } from '../shell/status';
import { Empty } from '../states/Empty';
import { Failure } from '../states/Failure';
import { Loading } from '../states/Loading';
import { NoModel } from '../states/NoModel';
import { MapControls } from './MapControls';
import { MapFigure } from './MapFigure';
import { labels, planes } from './plane';
import { SelectedStars } from './SelectedStars';
import { useStarMap } from './useStarMap';

/** Every star as a point: in latent space and in planes of what is known of it. */
export function MapPage({ route: { params } }: { route: Route }) {
  const status = useStatus();
  const plane = planes.find(({ name }) => name === params.get('plane')) ?? planes[0];
  const label = labels.find(({ column }) => column === params.get('colour')) ?? labels[0];
  const { map, loading, error } = useStarMap(plane.kind, status?.model != null);
  const [rows, setRows] = useState<readonly number[]>([]);
  const [lassoing, setLassoing] = useState(false);
  // Both projections list the same stars in the same order, unless they were computed at different times.
  const ids = map?.ids;
  const chosen = useMemo(() => rows.filter((row) => row < (ids?.length ?? 0)), [rows, ids]);
  if (status && !status.model) return <NoModel wants="Maps of the archive" />;
  if (error && !map) return <Failure error={error} />;
  if (!map && loading) return <Loading what="the map" lines={8} />;
  if (!map)
    return (
      <Empty title="Latent space was not laid out yet under this model">
        <p>
          The operator runs <code>npx starkin projections</code>; every publication does so by itself. Meanwhile:{' '}
          <a href={href(['find'])}>the table of stars</a>
        </p>
      </Empty>
    );
  return (
    <>
      <h1 className="spoken">Map of the archive</h1>
      <MapControls plane={plane} label={label} lassoing={lassoing} onLassoing={setLassoing} />
      {error && <Failure error={error} />}
      <MapFigure
        key={plane.name}
        map={map}
        loading={loading}
        plane={plane}
        label={label}
        rows={chosen}
        lassoing={lassoing}
        onSelect={(next) => {
          setRows(next);
          setLassoing(false);
        }}
        camera={params.get('camera')}
      />
      <SelectedStars map={map} rows={chosen} onClear={() => setRows([])} />
    </>
  );
}
