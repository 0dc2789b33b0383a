import type { Camera, Size } from './camera';
import { type Sprite, sprites } from './sprite';

/** What is drawn: places in the plane, and for each point its place in the palette, 0 to 1, NaN where unknown. */
export interface Points {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly value: Float32Array;
  /** 1 for a point that stands out; where there is one, all others step back. */
  readonly selected: Uint8Array;
}

export interface Colours {
  /** 256 colours: red, green, blue and a fourth byte that is not read. */
  readonly palette: Uint8Array;
  readonly ground: readonly [red: number, green: number, blue: number];
}

/** Of points whose value is unknown. */
const UNKNOWN = [140, 140, 140] as const;
/** How much of the ground a point covers: by itself, and beside selected ones. */
const [STRONG, FAINT] = [0.85, 0.2];

/**
 * Draws points into a canvas, pixel by pixel. Panning 100,000 of them in a browser without a graphics card, a frame took 26 ms so and 72 ms by WebGL (4 busy
 * cores), and every browser can; and the scatter plots of the registry are built on regl, which makes its functions by `Function(…)` and so needs
 * 'unsafe-eval' in the content security policy.
 */
export function drawPoints(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
  camera: Camera,
  points: Points,
  colours: Colours,
): void {
  const ratio = devicePixelRatio;
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting it, even to what it is, makes another picture.
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = canvas.getContext('2d');
  if (!context || columns === 0 || rows === 0) return;
  const image = context.createImageData(columns, rows);
  const [red, green, blue] = colours.ground;
  new Uint32Array(image.data.buffer).fill((255 << 24) | (blue << 16) | (green << 8) | red);
  const diameter = ratio * Math.min(6, 2 + 120 / Math.sqrt(points.x.length + 1));
  const toColumn = { scale: ratio / camera.perPixelX, shift: columns / 2 - (ratio * camera.x) / camera.perPixelX };
  const toRow = { scale: -ratio / camera.perPixelY, shift: rows / 2 + (ratio * camera.y) / camera.perPixelY };
  const frame: Frame = { bytes: image.data, columns, rows, toColumn, toRow, points, colours };
  const some = points.selected.includes(1);
  const back = sprites(diameter, some ? FAINT : STRONG);
  // What is known lies above what is not.
  for (const known of [false, true]) drawThose(frame, { selected: 0, known }, back);
  const front = sprites(1.5 * diameter, STRONG);
  if (some) for (const known of [false, true]) drawThose(frame, { selected: 1, known }, front);
  context.putImageData(image, 0, 0);
}

interface Frame {
  readonly bytes: Uint8ClampedArray;
  readonly columns: number;
  readonly rows: number;
  readonly toColumn: { readonly scale: number; readonly shift: number };
  readonly toRow: { readonly scale: number; readonly shift: number };
  readonly points: Points;
  readonly colours: Colours;
}

function drawThose(
  frame: Frame,
  { selected, known }: { readonly selected: 0 | 1; readonly known: boolean },
  phases: readonly Sprite[],
): void {
  const { columns, rows, toColumn, toRow, points, colours } = frame;
  const { side } = phases[0];
  for (let i = 0; i < points.x.length; i++) {
    if (points.selected[i] !== selected || points.value[i] >= 0 !== known) continue;
    const column = points.x[i] * toColumn.scale + toColumn.shift - side / 2;
    const row = points.y[i] * toRow.scale + toRow.shift - side / 2;
    // What is unknown fails every comparison.
    if (!(column >= 0 && row >= 0 && column < columns - side && row < rows - side)) continue;
    const [left, top] = [Math.floor(column), Math.floor(row)];
    // Half pixels, so that points glide and do not jump.
    const phase = (column - left < 0.5 ? 0 : 1) + (row - top < 0.5 ? 0 : 2);
    const place = 4 * Math.round(255 * points.value[i]);
    const { palette } = colours;
    stamp(
      frame,
      4 * (top * columns + left),
      phases[phase],
      known ? palette[place] : UNKNOWN[0],
      known ? palette[place + 1] : UNKNOWN[1],
      known ? palette[place + 2] : UNKNOWN[2],
    );
  }
}

function stamp(
  { bytes, columns }: Frame,
  start: number,
  { side, cover }: Sprite,
  red: number,
  green: number,
  blue: number,
) {
  let at = 0;
  for (let y = 0; y < side; y++) {
    for (let x = 0, byte = start + 4 * y * columns; x < side; x++, byte += 4) {
      const share = cover[at++];
      if (share === 0) continue;
      bytes[byte] += share * (red - bytes[byte]);
      bytes[byte + 1] += share * (green - bytes[byte + 1]);
      bytes[byte + 2] += share * (blue - bytes[byte + 2]);
    }
  }
}
