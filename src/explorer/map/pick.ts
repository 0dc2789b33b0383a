import { type Camera, type Size, toCanvas } from './camera';

/** Star nearest to a place on the canvas, by its row; null where none is within `reach` CSS pixels. */
export function nearest(
  { x, y }: { readonly x: Float32Array; readonly y: Float32Array },
  camera: Camera,
  size: Size,
  at: { readonly x: number; readonly y: number },
  reach = 8,
): number | null {
  let best: number | null = null;
  let least = reach ** 2;
  for (let i = 0; i < x.length; i++) {
    const [px, py] = toCanvas(camera, size, x[i], y[i]);
    const distance = (px - at.x) ** 2 + (py - at.y) ** 2;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

/** Rows of the stars within a closed line, in places of the plane: a star is inside where a ray from it meets the line an odd number of times. */
export function within(
  { x, y }: { readonly x: Float32Array; readonly y: Float32Array },
  line: readonly (readonly [number, number])[],
): number[] {
  const inside: number[] = [];
  for (let i = 0; i < x.length; i++) {
    let odd = false;
    for (let a = 0, b = line.length - 1; a < line.length; b = a++) {
      const [ax, ay] = line[a];
      const [bx, by] = line[b];
      if (ay > y[i] !== by > y[i] && x[i] < ((bx - ax) * (y[i] - ay)) / (by - ay) + ax) odd = !odd;
    }
    if (odd) inside.push(i);
  }
  return inside;
}
