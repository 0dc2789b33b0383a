/** Normalised spectra on one grid of `pixels` pixels, read by slices, several times over. */
export interface RowSource {
  readonly rows: number;
  readonly pixels: number;
  /** Rows start … start + count - 1, row-major. Inverse variance 0: the pixel says nothing. */
  read(start: number, count: number): Promise<{ flux: Float32Array; ivar: Float32Array }>;
}
