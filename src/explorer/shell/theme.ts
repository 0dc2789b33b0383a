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
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  for (const told of listeners) told();
}

/** Calls back when the colours change, by choice or by the system; returns the end of it. */
export function onThemeChange(told: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  listeners.add(told);
  system.addEventListener('change', told);
  return () => {
    listeners.delete(told);
    system.removeEventListener('change', told);
  };
}

const listeners = new Set<() => void>();
