/** Least and greatest of the middle 98 %: outliers must not take the colours of all others. */
export function middleRange(values: Float32Array): readonly [number, number] {
  const sorted = values.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) return [0, 1];
  const [low, high] = [0.01, 0.99].map((share) => sorted[Math.floor(share * (sorted.length - 1))]);
  return low < high ? [low, high] : [low - 0.5, low + 0.5];
}
