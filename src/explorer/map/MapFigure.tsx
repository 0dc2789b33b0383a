import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { colour, rgb, useColours } from '../figure/colours';
import { saveCsv } from '../figure/csv';
import { saveCanvases } from '../figure/saveImage';
import { href } from '../router/route';
import { navigate, setParams } from '../router/useRoute';
import { themeNow } from '../shell/theme';
import { fixed } from '../words/numbers';
import { type Camera, panned, type Size, seeAll, toCanvas, toPlane, zoomed } from './camera';
import { MapAxes } from './MapAxes';
import { MapLegend } from './MapLegend';
import { within } from './pick';
import { type Plane, planeFile } from './plane';
import { knownColumns, savedColumns } from './savedColumns';
import { drawPoints, type Points } from './scatter';
import { paletteOf, placesInPalette, type Shade, shadeOfStar } from './shade';
import type { StarTable } from './starTable';
import { useHand } from './useHand';

interface MapFigureProps {
  readonly table: StarTable;
  readonly loading: boolean;
  readonly plane: Plane;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Null while what colours the points has not come. */
  readonly shade: Shade | null;
  readonly rows: readonly number[];
  readonly lassoing: boolean;
  onSelect(rows: readonly number[]): void;
  /** As the address keeps it. */
  readonly camera: string | null;
}

const ZOOM = 1.5;
/** ms of rest before the address is written. */
const REST = 300;

/** The points, to be moved by hand, wheel and keys. */
export function MapFigure({
  table,
  loading,
  plane,
  x,
  y,
  shade,
  rows,
  lassoing,
  onSelect,
  camera: kept,
}: MapFigureProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [moved, setMoved] = useState<Camera | null>(() => readCamera(kept));
  const colours = useColours();
  const points = useMemo(() => ({ x, y }), [x, y]);
  const camera = useMemo(
    () => moved ?? (size.width > 0 ? seeAll(plane, x, y, size) : null),
    [moved, plane, x, y, size],
  );
  const openStar = (row: number) => navigate(href(['star', table.ids[row]]));
  const hand = useHand({ place, camera, size, points, lassoing, onCamera: setMoved, onSelect, onOpen: openStar });

  useLayoutEffect(() => {
    const box = place.current;
    if (!box) return;
    const measure = () => setSize({ width: box.clientWidth, height: box.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    measure();
    return () => observer.disconnect();
  }, []);
  const drawn = useMemo((): Points => {
    const selected = new Uint8Array(points.x.length);
    for (const row of rows) selected[row] = 1;
    const value = shade ? placesInPalette(shade) : new Float32Array(points.x.length).fill(Number.NaN);
    return { ...points, value, selected };
  }, [points, shade, rows]);
  const placed = useMemo(() => points.x.filter((each, row) => !Number.isNaN(each + points.y[row])).length, [points]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the palette and the ground follow the theme
  const inks = useMemo(
    () => ({ palette: paletteOf(shade, themeNow()), ground: rgb(colour('surface')) }),
    [colours, shade],
  );
  useLayoutEffect(() => {
    if (camera && canvas.current) drawPoints(canvas.current, size, camera, drawn, inks);
  }, [camera, size, drawn, inks]);
  useEffect(() => {
    if (!moved) return;
    const timer = setTimeout(() => setParams({ camera: writeCamera(moved) }), REST);
    return () => clearTimeout(timer);
  }, [moved]);

  const all = () => {
    setMoved(null);
    setParams({ camera: null });
  };
  // What a lasso does for who has no pointer.
  const listSeen = () => {
    if (!camera) return;
    const { width, height } = size;
    const corners = [
      { x: 0, y: 0 },
      { x: width, y: 0 },
      { x: width, y: height },
      { x: 0, y: height },
    ].map((corner) => toPlane(camera, size, corner));
    onSelect(within(points, corners));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const next = camera && keyed(event.key, camera, size);
    if (event.key === '0') all();
    else if (next) setMoved(next);
    else return;
    event.preventDefault();
  };
  const save = () => saveCsv(`${planeFile(plane)}.csv`, savedColumns(table, knownColumns(table)));
  const { hover, lasso } = hand;
  return (
    <section className="card map" aria-label="Map">
      <div
        ref={place}
        className={lassoing ? 'map-place lassoing' : 'map-place'}
        role="img"
        aria-label={`${table.ids.length} stars by ${plane.x.label} and ${plane.y.label}. Arrow keys move, plus and minus zoom, 0 shows all.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an image that the keyboard moves
        tabIndex={0}
        onKeyDown={onKeyDown}
        onDoubleClick={all}
        {...hand.handlers}
      >
        <canvas ref={canvas} />
        {camera && <MapAxes plane={plane} camera={camera} size={size} lasso={lasso} />}
        {camera && hover !== null && (
          <Hover
            name={table.ids[hover]}
            told={shade && shadeOfStar(shade, hover, fixed)}
            at={toCanvas(camera, size, x[hover], y[hover])}
            width={size.width}
          />
        )}
      </div>
      <MapLegend table={table} loading={loading} plane={plane} placed={placed} shade={shade}>
        <button
          type="button"
          className="quiet"
          aria-label="Zoom in"
          onClick={() => camera && setMoved(zoomed(camera, size, ZOOM))}
        >
          +
        </button>
        <button
          type="button"
          className="quiet"
          aria-label="Zoom out"
          onClick={() => camera && setMoved(zoomed(camera, size, 1 / ZOOM))}
        >
          −
        </button>
        <button type="button" className="quiet" onClick={all}>
          All
        </button>
        <button type="button" className="quiet" title="As a lasso around all that is seen" onClick={listSeen}>
          List
        </button>
        <button
          type="button"
          className="quiet"
          onClick={() => canvas.current && void saveCanvases(`${planeFile(plane)}.png`, [canvas.current])}
        >
          PNG
        </button>
        <button type="button" className="quiet" onClick={save}>
          CSV
        </button>
      </MapLegend>
    </section>
  );
}

interface HoverProps {
  readonly name: string;
  /** What the star is coloured by. */
  readonly told: string | null;
  readonly at: readonly [number, number];
  readonly width: number;
}

function Hover({ name, told, at: [x, y], width }: HoverProps) {
  const left = x > width - 240;
  return (
    <p className="hover" style={{ top: y + 10, ...(left ? { right: width - x + 10 } : { left: x + 10 }) }}>
      <strong>{name}</strong>
      <br />
      {told}
    </p>
  );
}

function keyed(key: string, camera: Camera, size: Size): Camera | null {
  const step = size.width / 10;
  const shifts: Readonly<Record<string, readonly [number, number]>> = {
    ArrowLeft: [step, 0],
    ArrowRight: [-step, 0],
    ArrowUp: [0, step],
    ArrowDown: [0, -step],
  };
  const shift = shifts[key];
  if (shift) return panned(camera, ...shift);
  if (key === '+' || key === '=') return zoomed(camera, size, ZOOM);
  return key === '-' ? zoomed(camera, size, 1 / ZOOM) : null;
}

function readCamera(text: string | null): Camera | null {
  const [x, y, perPixelX, perPixelY] = text?.split('_').map(Number) ?? [];
  const numbers = [x, y, perPixelX, perPixelY];
  return numbers.every((each) => Number.isFinite(each)) && perPixelX * perPixelY !== 0
    ? { x, y, perPixelX, perPixelY }
    : null;
}

function writeCamera({ x, y, perPixelX, perPixelY }: Camera): string {
  return [x, y, perPixelX, perPixelY].map((each) => Number(each.toPrecision(5))).join('_');
}
