/** Threshold of the bound-free absorption of H-, µm. */
const THRESHOLD = 1.6419;
/** hc/k, µm K. */
const ALPHA = 14388;

/** John (1988, A&A 193, 189), table 2: free-free above 0.3645 µm, rows n = 2..6, columns A..F. */
const freeFree: readonly (readonly number[])[] = [
  [2483.346, 285.827, -2054.291, 2827.776, -1341.537, 208.952],
  [-3449.889, -1158.382, 8746.523, -11485.632, 5303.609, -812.939],
  [2200.04, 2427.719, -13651.105, 16755.524, -7510.494, 1132.738],
  [-696.271, -1841.4, 8624.97, -10051.53, 4400.067, -655.02],
  [88.283, 444.517, -1863.864, 2095.288, -901.788, 132.985],
];
const boundFree = [152.519, 49.534, -118.858, 92.536, -34.194, 4.982];

/**
 * Absorption by H-, bound-free and free-free with stimulated emission, the only continuous opacity that counts in a red giant at 1.6 µm.
 * John (1988, A&A 193, 189), equations 3 to 6.
 * @param wavelength µm, above 0.3645
 * @param temperature K, 1400 to 10000
 * @returns cm2 per neutral hydrogen atom and per dyn/cm2 of electron pressure
 */
export function hydrideOpacity(wavelength: number, temperature: number): number {
  return freeFreeOpacity(wavelength, temperature) + boundFreeOpacity(wavelength, temperature);
}

function freeFreeOpacity(wavelength: number, temperature: number): number {
  const theta = 5040 / temperature;
  let sum = 0;
  for (let row = 0; row < freeFree.length; row++) {
    const [a, b, c, d, e, f] = freeFree[row];
    const series =
      wavelength ** 2 * a + b + c / wavelength + d / wavelength ** 2 + e / wavelength ** 3 + f / wavelength ** 4;
    sum += theta ** ((row + 3) / 2) * series;
  }
  return 1e-29 * sum;
}

function boundFreeOpacity(wavelength: number, temperature: number): number {
  if (wavelength >= THRESHOLD) return 0;
  const excess = 1 / wavelength - 1 / THRESHOLD;
  let series = 0;
  for (let n = 0; n < boundFree.length; n++) series += boundFree[n] * excess ** (n / 2);
  const crossSection = 1e-18 * wavelength ** 3 * excess ** 1.5 * series;
  const stimulated = 1 - Math.exp(-ALPHA / (wavelength * temperature));
  return 0.75 * temperature ** -2.5 * Math.exp(ALPHA / (THRESHOLD * temperature)) * stimulated * crossSection;
}
