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
  const drag = useRef<{ from: Spot; last: Spot; lasso: Spot[] | null } | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const [lasso, setLasso] = useState<readonly Spot[]>([]);

  useEffect(() => {
    const box = options.place.current;
    if (!box) return;
    const onWheel = (event: WheelEvent) => {
      const { camera, size, onCamera } = latest.current;
      if (!camera) return;
      event.preventDefault();
      onCamera(zoomed(camera, size, Math.exp(-event.deltaY / 400), spotIn(box, event)));
    };
    // React listens passively, and the page would scroll.
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, [options.place]);

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const from = spotIn(event.currentTarget, event);
      drag.current = { from, last: from, lasso: event.shiftKey || latest.current.lassoing ? [from] : null };
      setHover(null);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const { camera, size, points, onCamera } = latest.current;
      const spot = spotIn(event.currentTarget, event);
      const held = drag.current;
      if (!camera) return;
      if (!held) return setHover(nearest(points, camera, size, spot));
      if (held.lasso) {
        held.lasso.push(spot);
        setLasso([...held.lasso]);
      } else onCamera(panned(camera, spot.x - held.last.x, spot.y - held.last.y));
      held.last = spot;
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const { camera, size, points, onSelect, onOpen } = latest.current;
      const held = drag.current;
      const spot = spotIn(event.currentTarget, event);
      drag.current = null;
      setLasso([]);
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
    onPointerCancel: () => {
      drag.current = null;
      setLasso([]);
    },
    onPointerLeave: () => setHover(null),
  };
  return { hover, lasso, handlers };
}

function spotIn(box: Element, { clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Spot {
  const { left, top } = box.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
