/**
 * The one-cycle schedule (Smith & Topin 2019): the rate climbs from peak / 25 to the peak over the first `rising` part of the run and falls to
 * peak / 250,000 by its end, both along half a cosine (the figures are PyTorch's defaults).
 * @param step 0 … steps - 1
 */
export function oneCycle(step: number, steps: number, peak: number, rising: number): number {
  const top = Math.max(1, rising * steps - 1);
  const last = Math.max(top + 1, steps - 1);
  if (step <= top) return between(peak / 25, peak, step / top);
  return between(peak, peak / 250_000, (step - top) / (last - top));
}

function between(from: number, to: number, part: number): number {
  return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * Math.min(1, part)));
}
