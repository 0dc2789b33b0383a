import { useSyncExternalStore } from 'react';
import { onThemeChange } from '../shell/theme';

/** A custom property of tokens.css as it is now; canvases know nothing of CSS. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
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
