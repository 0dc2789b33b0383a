import { useEffect, useRef, useState } from 'react';
import { typed } from '../words/numbers';

/** ms after the last key. */
const PAUSE = 350;

interface RangeFieldProps {
  readonly label: string;
  readonly min: string;
  readonly max: string;
  onChange(end: 'min' | 'max', value: string): void;
}

/** Two ends of a range; an empty one is open. */
export function RangeField({ label, min, max, onChange }: RangeFieldProps) {
  return (
    <fieldset>
      <legend>{label}</legend>
      <span className="ends">
        <End label={`${label}, least`} value={min} hint="min" onChange={(value) => onChange('min', value)} />
        <span aria-hidden="true">–</span>
        <End label={`${label}, most`} value={max} hint="max" onChange={(value) => onChange('max', value)} />
      </span>
    </fieldset>
  );
}

function End(props: { label: string; value: string; hint: string; onChange(value: string): void }) {
  const { label, value, hint, onChange } = props;
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const tell = useRef(onChange);
  tell.current = onChange;
  const wrong = text.trim() !== '' && typed(text) === null;
  useEffect(() => {
    if (document.activeElement !== field.current) setText(value);
  }, [value]);
  useEffect(() => {
    if (text === value || wrong) return;
    const timer = setTimeout(() => tell.current(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text, value, wrong]);
  return (
    <input
      ref={field}
      inputMode="decimal"
      aria-label={label}
      aria-invalid={wrong}
      placeholder={hint}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}
