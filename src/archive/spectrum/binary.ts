import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { SpectrumFile } from '../../storage/spectrumFile.js';
import { errorsOf, fluxOf } from './pixels.js';

/**
 * A spectrum of n pixels as 16 n bytes, little-endian, column after column: wavelength (vacuum, Å), flux and error as float32, NaN where flagged; the survey's mask bits
 * as uint32.
 */
export function spectrumBinary({ spectrum: { spectrum } }: SpectrumFile, { wavelength }: WavelengthGrid): Buffer {
  const pixels = wavelength.length;
  const bytes = Buffer.alloc(16 * pixels);
  const columns = [wavelength, fluxOf(spectrum), errorsOf(spectrum)];
  columns.forEach((column, k) => {
    for (let i = 0; i < pixels; i++) bytes.writeFloatLE(column[i], 4 * (k * pixels + i));
  });
  spectrum.mask.forEach((bits, i) => {
    bytes.writeUInt32LE(bits, 4 * (3 * pixels + i));
  });
  return bytes;
}
