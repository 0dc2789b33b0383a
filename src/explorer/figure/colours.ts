import { useSyncExternalStore } from 'react';
import { onThemeChange } from '../shell/theme';

/** A custom property of tokens.css as it is now; canvases know nothing of CSS. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The red, green and blue of a colour of CSS, 0 to 255. */
export function rgb(css: string): readonly [number, number, number] {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return [128, 128, 128];
  context.fillStyle = css;
  // However it was written, it is read as #rrggbb.
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(context.fillStyle.toString().slice(at, at + 2), 16));
  return [red, green, blue];
}

/** Changes whenever the colours do, so that what is drawn can be drawn again. */
export function useColours(): number {
  return useSyncExternalStore(subscribe, () => version);
}

let version = 0;

function subscribe(told: () => void): () => void {
  return onThemeChange(() => {
    version++;
    told();
  });
}
