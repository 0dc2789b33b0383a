import { useEffect, useRef, useState } from 'react';
import { setParams } from '../router/useRoute';
import { fixed } from '../words/numbers';
import type { Search } from './search';

const radii = [
  { degrees: 1 / 360, label: '10″' },
  { degrees: 1 / 60, label: '1′' },
  { degrees: 0.1, label: '6′' },
  { degrees: 1, label: '1°' },
  { degrees: 5, label: '5°' },
] as const;
/** ms after the last key. */
const PAUSE = 250;

/** One field for all ways to name a star; `/` leads to it. */
export function SearchBar({ search }: { search: Search }) {
  const [text, setText] = useState(search.text);
  const field = useRef<HTMLInputElement>(null);
  useSlashKey(field);
  useEffect(() => {
    // Another address was gone to while the field was not being typed into.
    if (document.activeElement !== field.current) setText(search.text);
  }, [search.text]);
  useEffect(() => {
    if (text === search.text) return;
    const timer = setTimeout(() => setParams({ q: text, ...firstPage }), PAUSE);
    return () => clearTimeout(timer);
  }, [text, search.text]);
  return (
    <search>
      <form
        className="searchbar"
        onSubmit={(event) => {
          event.preventDefault();
          setParams({ q: text, ...firstPage });
        }}
      >
        <input
          ref={field}
          type="search"
          aria-label="Find stars by identifier, coordinates, the beginning of a name or a pattern with *"
          placeholder="Identifier, name, or coordinates: 2M1733…, 2M17*-27*, 263.65 −27.88"
          title="Press / to come here"
          value={text}
          onChange={(event) => setText(event.target.value)}
          autoComplete="off"
          spellCheck={false}
        />
        {search.place && (
          <select
            aria-label="Radius"
            value={String(search.radius)}
            onChange={(event) => setParams({ radius: event.target.value, ...firstPage })}
          >
            {radii.map(({ degrees, label }) => (
              <option key={label} value={String(degrees)}>
                {label}
              </option>
            ))}
          </select>
        )}
      </form>
      {search.place && (
        <p className="muted small row">
          Around RA {fixed(search.place.ra, 5)}°, Dec {fixed(search.place.dec, 5)}° (ICRS), nearest first.
        </p>
      )}
    </search>
  );
}

export const firstPage = { after: null, page: null };

function useSlashKey(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [field]);
}
