/** Of the ordered scores that of rank ⌈(n + 1) level⌉, which a further score exceeds with probability 1 - level at most; 0 without scores. */
export function conformalQuantile(scores: ArrayLike<number>, level: number): number {
  const sorted = Float64Array.from(scores).sort();
  return sorted[Math.min(sorted.length, Math.ceil((sorted.length + 1) * level)) - 1] ?? 0;
}
