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
export function ramp(theme: keyof typeof parts): Uint8Array {
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
  const bytes = ramp(theme);
  const stops = Array.from({ length: 9 }, (_, i) => {
    const at = 4 * Math.round((255 * i) / 8);
    return `rgb(${bytes[at]} ${bytes[at + 1]} ${bytes[at + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

/** Of names: Okabe & Ito (2008) and Tol's muted scheme (2021), lighter on dark. */
const named = {
  light: '0072b2 d55e00 009e73 cc79a7 e69f00 56b4e9 882255 999933 332288 44aa99 aa4499 661100',
  dark: '56a8e0 f0823c 2fc79c e39cc4 f0b93a 9ad4f5 d0679b c4c45a 9d8fea 7fd6c8 d98ad5 d08a78',
} as const;

/** Names that have colours of their own; those that follow take them again. */
export const NAMED_COLOURS = 12;

/** Bytes of a palette that begins with the colours of names. */
export function cycle(theme: keyof typeof parts): Uint8Array {
  const bytes = new Uint8Array(256 * 4);
  for (const [i, hex] of named[theme].split(' ').entries())
    for (let channel = 0; channel < 3; channel++)
      bytes[4 * i + channel] = Number.parseInt(hex.slice(2 * channel, 2 * channel + 2), 16);
  return bytes;
}

/** The colour of a name in CSS, by its rank. */
export function nameColour(rank: number, theme: keyof typeof parts): string {
  return `#${named[theme].split(' ')[rank % NAMED_COLOURS]}`;
}
