/** Shifts the pixels of a chip by a fraction of a pixel, in place: cubic Lagrange interpolation; beyond its ends the chip goes on as it ends. */
export function chipResampled(flux: Float32Array, start: number, end: number, shift: number): void {
  const original = flux.slice(start, end);
  const last = original.length - 1;
  const at = (i: number) => original[Math.max(0, Math.min(last, i))];
  for (let i = 0; i <= last; i++) {
    const position = i - shift;
    const base = Math.floor(position);
    const t = position - base;
    const [a, b, c, d] = [at(base - 1), at(base), at(base + 1), at(base + 2)];
    flux[start + i] =
      (-t * (t - 1) * (t - 2) * a) / 6 +
      ((t + 1) * (t - 1) * (t - 2) * b) / 2 -
      ((t + 1) * t * (t - 2) * c) / 2 +
      ((t + 1) * t * (t - 1) * d) / 6;
  }
}
