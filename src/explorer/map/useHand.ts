import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { type Camera, panned, type Size, toPlane, zoomed } from './camera';
import { nearest, within } from './pick';

interface HandOptions {
  readonly place: RefObject<HTMLElement | null>;
  readonly camera: Camera | null;
  readonly size: Size;
  readonly points: { readonly x: Float32Array; readonly y: Float32Array };
  /** Whether a drag draws a lasso, as one with Shift always does. */
  readonly lassoing: boolean;
  onCamera(camera: Camera): void;
  onSelect(rows: readonly number[]): void;
  onOpen(row: number): void;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** CSS pixels that a pointer may tremble in a click. */
const TREMBLE = 4;

/** What the pointer does: it moves the map, zooms, names the star below it, opens one, and draws a lasso. */
export function useHand(options: HandOptions) {
  const latest = useRef(options);
  latest.current = options;
  // Two fingers move within one frame: the second goes on from where the first one led.
  const turn = (camera: Camera) => {
    latest.current = { ...latest.current, camera };
    latest.current.onCamera(camera);
  };
  const drag = useRef<{ from: Spot; last: Spot; lasso: Spot[] | null } | null>(null);
  const fingers = useRef(new Map<number, Spot>());
  const [hover, setHover] = useState<number | null>(null);
  const [lasso, setLasso] = useState<readonly Spot[]>([]);

  useEffect(() => {
    const box = options.place.current;
    if (!box) return;
    const onWheel = (event: WheelEvent) => {
      const { camera, size } = latest.current;
      if (!camera) return;
      event.preventDefault();
      const next = zoomed(camera, size, Math.exp(-event.deltaY / 400), spotIn(box, event));
      latest.current = { ...latest.current, camera: next };
      latest.current.onCamera(next);
    };
    // React listens passively, and the page would scroll.
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [options.place]);

  const endDrag = () => {
    drag.current = null;
    setLasso([]);
  };
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const from = spotIn(event.currentTarget, event);
      fingers.current.set(event.pointerId, from);
      // A second finger makes a pinch of what would have been a drag.
      if (fingers.current.size > 1) return endDrag();
      drag.current = { from, last: from, lasso: event.shiftKey || latest.current.lassoing ? [from] : null };
      setHover(null);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { camera, size, points } = latest.current;
      const spot = spotIn(event.currentTarget, event);
      const held = drag.current;
      if (!camera) return;
      const former = fingers.current.get(event.pointerId);
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      if (former) fingers.current.set(event.pointerId, spot);
      if (former && other) return turn(pinched(camera, size, other, former, spot));
      if (!held) return setHover(nearest(points, camera, size, spot));
      if (held.lasso) {
        held.lasso.push(spot);
        setLasso([...held.lasso]);
      } else turn(panned(camera, spot.x - held.last.x, spot.y - held.last.y));
      held.last = spot;
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const { camera, size, points, onSelect, onOpen } = latest.current;
      const held = drag.current;
      const spot = spotIn(event.currentTarget, event);
      fingers.current.delete(event.pointerId);
      endDrag();
      if (!held || !camera) return;
      const still = Math.hypot(spot.x - held.from.x, spot.y - held.from.y) < TREMBLE;
      if (held.lasso && held.lasso.length > 2)
        onSelect(
          within(
            points,
            held.lasso.map((each) => toPlane(camera, size, each)),
          ),
        );
      else if (still) {
        const row = nearest(points, camera, size, spot);
        if (row !== null) onOpen(row);
      }
    },
    onPointerCancel: (event: PointerEvent<HTMLElement>) => {
      fingers.current.delete(event.pointerId);
      endDrag();
    },
    onPointerLeave: () => setHover(null),
  };
  return { hover, lasso, handlers };
}

/** The camera after one of two fingers has moved: what was below both stays below them, but for turns. */
function pinched(camera: Camera, size: Size, other: Spot, from: Spot, to: Spot): Camera {
  const apart = (spot: Spot) => Math.max(1, Math.hypot(spot.x - other.x, spot.y - other.y));
  const centre = { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 };
  const moved = panned(camera, (to.x - from.x) / 2, (to.y - from.y) / 2);
  return zoomed(moved, size, apart(to) / apart(from), centre);
}

function spotIn(box: Element, { clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Spot {
  const { left, top } = box.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
