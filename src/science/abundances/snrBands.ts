/** Lower ends of the bands of signal to noise per pixel within which it is asked what of a species can be measured. */
export const snrBands = [0, 20, 25, 35, 50, 70, 100, 140, 200, 300] as const;

/** The band of `snrBands` that a signal to noise is in. */
export function bandOf(snr: number): number {
  return Math.max(
    0,
    snrBands.findLastIndex((low) => snr >= low),
  );
}
