/** Viridis (van der Walt & Smith 2015), even in lightness and told apart in every form of colour blindness, at eleven places. */
const viridis = [
  '440154',
  '482475',
  '414487',
  '355f8d',
  '2a788e',
  '21918c',
  '22a884',
  '44bf70',
  '7ad151',
  'bddf26',
  'fde725',
].map((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));

/** What is nearest to the page's ground is left out: the dark end on dark, the light end on light. */
const parts = { dark: [0.22, 1], light: [0, 0.9] } as const;

/** Bytes of 256 colours, red, green and blue. */
export function palette(theme: keyof typeof parts): Uint8Array {
  const [from, to] = parts[theme];
  const bytes = new Uint8Array(256 * 4);
  for (let i = 0; i < 256; i++) {
    const place = (from + ((to - from) * i) / 255) * (viridis.length - 1);
    const index = Math.min(Math.floor(place), viridis.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [viridis[index][channel], viridis[index + 1][channel]];
      bytes[4 * i + channel] = Math.round(a + (b - a) * (place - index));
    }
    bytes[4 * i + 3] = 255;
  }
  return bytes;
}

/** As a CSS gradient, for a legend. */
export function gradient(theme: keyof typeof parts): string {
  const bytes = palette(theme);
  const stops = Array.from({ length: 9 }, (_, i) => {
    const at = 4 * Math.round((255 * i) / 8);
    return `rgb(${bytes[at]} ${bytes[at + 1]} ${bytes[at + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
