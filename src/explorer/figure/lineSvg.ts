import { colour } from './colours';
import { placed } from './drawMarks';
import { indexOf, type Line, type LineFigure, type Range, verticalRange } from './lineFigure';
import { niceTicks } from './ticks';

const WIDTH = 1000;
const LEFT = 70;
const RIGHT = 15;
const TOP = 34;
const BOTTOM = 46;
const GAP = 26;

/** Figures one below the other on one axis of wavelengths, as a drawing for a paper: what is seen on the page within `range`. */
export function toSvg(figures: readonly LineFigure[], range: Range): string {
  const heights = figures.map(({ height }) => height);
  const height = TOP + heights.reduce((sum, each) => sum + each + GAP, 0) + BOTTOM - GAP;
  let top = TOP;
  const panels = figures.map((figure, i) => {
    const drawn = panel(figure, range, top, heights[i], i);
    top += heights[i] + GAP;
    return drawn;
  });
  const bottom = height - BOTTOM;
  const across = scale(range, [LEFT, WIDTH - RIGHT]);
  const ticks = niceTicks(range, 10).map((tick) => text(across(tick), bottom + 18, 'middle', String(tick)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="${colour('surface')}"/>
${panels.join('\n')}
${ticks.join('')}
${text((LEFT + WIDTH - RIGHT) / 2, height - 8, 'middle', 'Wavelength in vacuum, Å')}
${legend(figures.flatMap(({ lines }) => lines))}
</svg>
`;
}

function panel(figure: LineFigure, range: Range, top: number, height: number, index: number): string {
  const [low, high] = verticalRange(figure, range);
  const across = scale(range, [LEFT, WIDTH - RIGHT]);
  const down = scale([low, high], [top + height, top]);
  const box = `x="${LEFT}" y="${top}" width="${WIDTH - LEFT - RIGHT}" height="${height}"`;
  const shaded = figure.shaded
    .filter(([from, to]) => to >= range[0] && from <= range[1])
    .map(
      ([from, to]) =>
        `<rect x="${round(across(from))}" y="${top}" width="${round(Math.max(0.5, across(to) - across(from)))}" height="${height}" fill="${colour('flagged')}"/>`,
    );
  const ticks = niceTicks([low, high], 5).map(
    (tick) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(down(tick))}" y2="${round(down(tick))}" stroke="${colour('grid')}"/>${text(LEFT - 6, down(tick) + 4, 'end', String(tick))}`,
  );
  const lines = figure.lines
    .filter(({ hidden }) => !hidden)
    .map(
      (line) =>
        `<path d="${path(figure, line, range, across, down)}" fill="none" stroke="${colour(line.colour)}" stroke-width="1"${line.dashed ? ' stroke-dasharray="5 3"' : ''}/>`,
    );
  const marks = placed(figure.marks, across, ...range).map(({ at, text: label }) =>
    text(across(at), top - 6, 'middle', label),
  );
  const middle = top + height / 2;
  return `<clipPath id="panel${index}"><rect ${box}/></clipPath>
<g clip-path="url(#panel${index})">${shaded.join('')}</g>${ticks.join('')}
<g clip-path="url(#panel${index})">${lines.join('\n')}</g>
<rect ${box} fill="none" stroke="${colour('strong-line')}"/>${marks.join('')}
<g transform="translate(18 ${middle}) rotate(-90)">${text(0, 0, 'middle', figure.yLabel)}</g>`;
}

function path({ x, gaps }: LineFigure, { values }: Line, [from, to]: Range, across: Scale, down: Scale): string {
  let written = '';
  let pen = 'M';
  for (let i = Math.max(0, indexOf(x, from) - 1); i < Math.min(x.length, indexOf(x, to) + 1); i++) {
    if (!Number.isFinite(values[i]) || gaps.some(([start]) => start === x[i - 1])) pen = 'M';
    if (!Number.isFinite(values[i])) continue;
    written += `${pen}${round(across(x[i]))} ${round(down(values[i]))}`;
    pen = 'L';
  }
  return written;
}

function legend(lines: readonly Line[]): string {
  const unique = lines.filter(
    ({ label, hidden }, i) => lines.findIndex((other) => other.label === label) === i && !hidden,
  );
  return unique
    .map(
      ({ label, colour: name }, i) =>
        `<text x="${LEFT + i * 190}" y="12" fill="${colour(name)}">${escaped(label)}</text>`,
    )
    .join('');
}

type Scale = (value: number) => number;

function scale([from, to]: Range, [start, end]: Range): Scale {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

function text(x: number, y: number, anchor: string, content: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour('muted')}">${escaped(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
