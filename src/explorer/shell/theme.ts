/** Dark, light, or what the system prefers. */
export type Theme = 'system' | 'light' | 'dark';

export const themes: readonly Theme[] = ['system', 'light', 'dark'];
const KEY = 'starkin.theme';

/** The reader's last choice; the system's where there is none or it cannot be kept. */
export function chosenTheme(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    return 'system';
  }
}

/** Colours the page and everything that is drawn on it, and keeps the choice for the next visit. */
export function applyTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  colour(theme);
}

/** Calls back when the colours have changed, by choice or by the system; returns the end of it. */
export function onThemeChange(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

/** What the page is coloured as now. */
export function themeNow(): 'light' | 'dark' {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

function colour(theme: Theme): void {
  chosen = theme;
  document.documentElement.dataset.theme = theme === 'system' ? (system.matches ? 'dark' : 'light') : theme;
  for (const told of listeners) told();
}

let chosen: Theme = 'system';
const system = matchMedia('(prefers-color-scheme: dark)');
system.addEventListener('change', () => colour(chosen));
const listeners = new Set<() => void>();
