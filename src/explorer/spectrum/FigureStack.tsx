import { useMemo, useRef, useState } from 'react';
import { LinePlot } from '../figure/LinePlot';
import type { LineFigure, Range } from '../figure/lineFigure';
import { setParams } from '../router/useRoute';
import { typed } from '../words/numbers';
import { FigureBar } from './FigureBar';
import { Legend, toggled } from './Legend';
import { lineMarks, species } from './lineLabels';
import { SpeciesChoice } from './SpeciesChoice';

interface FigureStackProps {
  readonly title: string;
  /** Begins the names of saved files. */
  readonly name: string;
  /** The first has the lines of elements above it. */
  readonly figures: readonly LineFigure[];
  /** Of each figure, for screen readers. */
  readonly descriptions: readonly string[];
  readonly chips: readonly Range[];
  readonly params: URLSearchParams;
}

/** Plots on one axis of wavelengths, which the address keeps, with their controls. */
export function FigureStack({ title, name, figures, descriptions, chips, params }: FigureStackProps) {
  const section = useRef<HTMLElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [{ x }] = figures;
  const [first, last] = [x[0], x[x.length - 1]];
  const range = readRange(params, [first, last]);
  const chosen = params.get('lines');
  const shown = useMemo(() => chosen?.split('.').filter((each) => species.includes(each)) ?? species, [chosen]);
  const drawn = useMemo(
    () =>
      figures.map((figure, i) => ({
        ...figure,
        lines: figure.lines.map((line) => ({ ...line, hidden: hidden.has(line.label) })),
        marks: i === 0 ? lineMarks(shown) : [],
      })),
    [figures, hidden, shown],
  );
  const keys = figures.flatMap(({ lines }) => lines);
  return (
    <section className="card" aria-label={title} ref={section}>
      <FigureBar name={name} figures={drawn} section={section} chips={chips} range={range} onRange={writeRange}>
        <SpeciesChoice
          shown={shown}
          onChange={(next) => setParams({ lines: next.length === species.length ? null : next.join('.') || '-' })}
        />
      </FigureBar>
      <Legend
        x={x}
        lines={keys.filter(({ label }, i) => keys.findIndex((other) => other.label === label) === i)}
        index={index}
        hidden={hidden}
        onToggle={(label) => setHidden(toggled(hidden, label))}
      />
      {drawn.map((figure, i) => (
        <LinePlot
          key={figure.yLabel}
          figure={figure}
          range={range}
          onRange={writeRange}
          onCursor={setIndex}
          sync={name}
          height={figure.height}
          bottom={i === drawn.length - 1}
          description={descriptions[i]}
        />
      ))}
    </section>
  );
}

/** The wavelengths in the address; all of them where it names none. */
function readRange(params: URLSearchParams, [first, last]: Range): Range {
  const from = Math.max(first, typed(params.get('from')) ?? first);
  const to = Math.min(last, typed(params.get('to')) ?? last);
  return from < to ? [from, to] : [first, last];
}

function writeRange([from, to]: Range): void {
  setParams({ from: from.toFixed(2), to: to.toFixed(2) });
}
