import type { Plane } from './plane';

/** What part of a plane is seen: its centre, and units per CSS pixel; negative where an axis is reversed. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly perPixelX: number;
  readonly perPixelY: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 1.1;

/** All points of a plane, with a margin. */
export function seeAll(plane: Plane, x: Float32Array, y: Float32Array, { width, height }: Size): Camera {
  const [left, right] = extent(x);
  const [low, high] = extent(y);
  let perPixelX = (MARGIN * (right - left)) / width;
  let perPixelY = (MARGIN * (high - low)) / height;
  if (plane.square) perPixelX = perPixelY = Math.max(perPixelX, perPixelY);
  return {
    x: (left + right) / 2,
    y: (low + high) / 2,
    perPixelX: plane.x.reversed ? -perPixelX : perPixelX,
    perPixelY: plane.y.reversed ? -perPixelY : perPixelY,
  };
}

/** Moves by CSS pixels, as a hand moves paper. */
export function panned(camera: Camera, right: number, down: number): Camera {
  return { ...camera, x: camera.x - right * camera.perPixelX, y: camera.y + down * camera.perPixelY };
}

/** Zooms about a point of the canvas, which stays where it is. @param factor above 1 comes nearer */
export function zoomed(camera: Camera, size: Size, factor: number, at: { x: number; y: number } | null = null): Camera {
  const place = at ?? { x: size.width / 2, y: size.height / 2 };
  const [x, y] = toPlane(camera, size, place);
  const perPixelX = camera.perPixelX / factor;
  const perPixelY = camera.perPixelY / factor;
  return {
    perPixelX,
    perPixelY,
    x: x - (place.x - size.width / 2) * perPixelX,
    y: y + (place.y - size.height / 2) * perPixelY,
  };
}

/** The place in the plane under a place on the canvas. */
export function toPlane(camera: Camera, { width, height }: Size, { x, y }: { x: number; y: number }): [number, number] {
  return [camera.x + (x - width / 2) * camera.perPixelX, camera.y - (y - height / 2) * camera.perPixelY];
}

/** The place on the canvas of a place in the plane. */
export function toCanvas(camera: Camera, { width, height }: Size, x: number, y: number): [number, number] {
  return [width / 2 + (x - camera.x) / camera.perPixelX, height / 2 - (y - camera.y) / camera.perPixelY];
}

function extent(values: Float32Array): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return [0, 1];
  return low === high ? [low - 1, high + 1] : [low, high];
}
