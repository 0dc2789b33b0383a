/** Good pixels on each side among which a pixel's error is judged, and the part of them that is taken as normal. */
const NEIGHBOURS = 8;
const NORMAL = 0.25;
/** A pixel with this many times the normal error says a hundredth of what its neighbours do, and would spread its noise over a whole kernel. */
const WORST = 10;

/** Samples made up beyond an end: whatever the step there, no more. */
const MOST_BEYOND = 200;

/** Pixels of one detector or order, without a gap between them. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Splits pixels where neighbours are farther apart than `gap` (in ln wavelength). */
export function stretches(position: Float64Array, gap: number): Stretch[] {
  const found: Stretch[] = [];
  let start = 0;
  for (let i = 1; i <= position.length; i++)
    if (i === position.length || position[i] - position[i - 1] > gap) {
      found.push({ start, end: i });
      start = i;
    }
  return found;
}

/** 1 where flux and error are numbers, the error is positive, and it is not ten times as large as in the pixels about it. */
export function goodPixels(flux: Float64Array, error: Float64Array): Uint8Array {
  const good = flux.map((value, i) => (Number.isFinite(value) && error[i] > 0 && error[i] < Infinity ? 1 : 0));
  const indices = Array.from(good.keys()).filter((i) => good[i] === 1);
  const result = Uint8Array.from(good);
  indices.forEach((i, n) => {
    const near = indices.slice(Math.max(0, n - NEIGHBOURS), n + NEIGHBOURS + 1).map((k) => error[k]);
    const normal = near.sort((a, b) => a - b)[Math.floor(NORMAL * near.length)];
    if (error[i] > WORST * normal) result[i] = 0;
  });
  return result;
}

/**
 * The pixels of a stretch as a kernel meets them: flagged ones stand for a straight line between the good ones about them, and the stretch goes
 * on beyond its ends as its last good pixel. So every sample is a mean of two good pixels.
 */
export interface Samples {
  /** ln wavelength, increasing. */
  readonly position: Float64Array;
  /** In ln wavelength. */
  readonly width: Float64Array;
  /** 0 where the sample stands for a good pixel, 1 where it is made up. */
  readonly made: Uint8Array;
  /** The good pixels, by index into the whole spectrum, and the share of the right one. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly share: Float64Array;
}

/**
 * @param margin how far to go on beyond the ends, in ln wavelength
 * @returns null when the stretch has fewer than two pixels, or no good one
 */
export function makeSamples(
  position: Float64Array,
  good: Uint8Array,
  { start, end }: Stretch,
  margin: number,
): Samples | null {
  const own = position.subarray(start, end);
  const firstGood = good.indexOf(1, start);
  if (own.length < 2 || firstGood < 0 || firstGood >= end) return null;
  const finest = margin / MOST_BEYOND;
  const first = Math.max(finest, own[1] - own[0]);
  const last = Math.max(finest, own[own.length - 1] - own[own.length - 2]);
  const before = Math.ceil(margin / first);
  const after = Math.ceil(margin / last);
  const size = before + own.length + after;
  const samples = {
    position: new Float64Array(size),
    width: new Float64Array(size),
    made: new Uint8Array(size).fill(1),
    left: new Int32Array(size),
    right: new Int32Array(size),
    share: new Float64Array(size),
  };
  const lastGood = good.lastIndexOf(1, end - 1);
  let [left, right] = [firstGood, firstGood];
  for (let n = 0; n < size; n++) {
    const pixel = start + n - before;
    const inside = pixel >= start && pixel < end;
    samples.position[n] = inside
      ? position[pixel]
      : n < before
        ? own[0] + (n - before) * first
        : own[own.length - 1] + (n - before - own.length + 1) * last;
    samples.width[n] = inside ? widthAt(own, n - before) : n < before ? first : last;
    if (inside && good[pixel]) {
      samples.made[n] = 0;
      left = pixel;
      right = pixel;
    } else if (pixel > right) right = inside ? nextGood(good, pixel, lastGood) : lastGood;
    samples.left[n] = left;
    samples.right[n] = right;
    if (right > left) samples.share[n] = (samples.position[n] - position[left]) / (position[right] - position[left]);
  }
  return samples;
}

/** Half of the way to each neighbour. */
function widthAt(position: Float64Array, i: number): number {
  const last = position.length - 1;
  if (i === 0) return position[1] - position[0];
  return i === last ? position[last] - position[last - 1] : (position[i + 1] - position[i - 1]) / 2;
}

function nextGood(good: Uint8Array, from: number, lastGood: number): number {
  return from > lastGood ? lastGood : good.indexOf(1, from);
}
