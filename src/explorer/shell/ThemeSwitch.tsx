import { useState } from 'react';
import { applyTheme, chosenTheme, type Theme, themes } from './theme';

/** Chooses the colours of the page. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <select aria-label="Colours" value={theme} onChange={(event) => choose(event.target.value as Theme)}>
      {themes.map((name) => (
        <option key={name} value={name}>
          {names[name]}
        </option>
      ))}
    </select>
  );
}

const names: Readonly<Record<Theme, string>> = { system: 'System colours', light: 'Light', dark: 'Dark' };
