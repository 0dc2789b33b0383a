/**
 * Signal to noise per pixel as it is stated, or, where it is not, as a latent's information tells, which grows with its square.
 * @param information L, lower triangle by rows
 * @param perInformation snr / √(trace L / n)
 */
export function completedSnr(stated: number | null, information: ArrayLike<number>, perInformation: number): number {
  return stated !== null && stated > 0 ? stated : perInformation * Math.sqrt(meanInformation(information));
}

/** trace L / n, above 0. */
export function meanInformation(information: ArrayLike<number>): number {
  let [trace, n] = [0, 0];
  for (let at = 0; at < information.length; at += n + 1) {
    trace += information[at];
    n++;
  }
  return Math.max(trace / n, Number.MIN_VALUE);
}
