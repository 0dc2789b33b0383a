/** A small disc: how much of each pixel it covers, 0 to 1, row by row. */
export interface Sprite {
  readonly side: number;
  readonly cover: Float32Array;
}

/**
 * A disc at four places: on the pixel, and half a pixel to the right, below, and both.
 * @param diameter in pixels
 * @param strength how much its inside covers
 */
export function sprites(diameter: number, strength: number): readonly Sprite[] {
  const side = Math.ceil(diameter) + 2;
  return [0, 1, 2, 3].map((phase) => {
    const centre = { x: side / 2 + (phase & 1) / 2 - 0.25, y: side / 2 + (phase >> 1) / 2 - 0.25 };
    const cover = Float32Array.from({ length: side * side }, (_, i) => {
      const distance = Math.hypot((i % side) + 0.5 - centre.x, Math.floor(i / side) + 0.5 - centre.y);
      return strength * Math.min(1, Math.max(0, diameter / 2 - distance + 0.5));
    });
    return { side, cover };
  });
}
