/** Half-width of the kernel in pixels: a line of half depth and 1.4 pixels (sigma) then comes out right to 1.5e-4; a cubic interpolation spoils it by 1.6e-3. */
const REACH = 8;

/** Shifts the pixels of a chip by a fraction of a pixel, in place: sinc interpolation in a Lanczos window; beyond its ends the chip goes on as it ends. */
export function chipResampled(flux: Float32Array, start: number, end: number, shift: number): void {
  const original = flux.slice(start, end);
  const last = original.length - 1;
  const whole = Math.floor(-shift);
  const weights = kernel(-shift - whole);
  for (let i = 0; i <= last; i++) {
    let sum = 0;
    for (let k = 0; k < weights.length; k++) {
      const from = i + whole + k - REACH + 1;
      sum += weights[k] * original[from < 0 ? 0 : from > last ? last : from];
    }
    flux[start + i] = sum;
  }
}

/** Weights of pixels -REACH + 1 … REACH for a place t between pixels 0 and 1; their sum is 1. */
function kernel(t: number): Float64Array {
  const sinc = (x: number) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
  const weights = Float64Array.from({ length: 2 * REACH }, (_, k) => {
    const x = t - (k - REACH + 1);
    return sinc(x) * sinc(x / REACH);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
