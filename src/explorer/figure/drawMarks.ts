import type uPlot from 'uplot';
import { colour } from './colours';
import type { LineFigure, Mark } from './lineFigure';

/** CSS pixels that a label takes. */
const LABEL_WIDTH = 26;

/** Shades flagged pixels, below everything else. */
export function drawShading(plot: uPlot, { shaded }: LineFigure): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour('flagged');
  for (const [from, to] of shaded) {
    const left = plot.valToPos(from, 'x', true);
    const right = plot.valToPos(to, 'x', true);
    if (right >= bbox.left && left <= bbox.left + bbox.width)
      ctx.fillRect(left, bbox.top, Math.max(1, right - left), bbox.height);
  }
  ctx.restore();
}

/** Writes the absorption lines above the plot, each with a tick. */
export function drawMarks(plot: uPlot, { marks }: LineFigure): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const { min = 0, max = 0 } = plot.scales.x;
  const kept = placed(marks, (at) => plot.valToPos(at, 'x', true) / ratio, min, max);
  ctx.save();
  ctx.font = `${11 * ratio}px ui-sans-serif, system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.fillStyle = colour('muted');
  ctx.strokeStyle = colour('strong-line');
  ctx.lineWidth = ratio;
  for (const { at, text } of kept) {
    const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5;
    ctx.fillText(text, x, bbox.top - 12 * ratio);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top - 9 * ratio);
    ctx.lineTo(x, bbox.top + 4 * ratio);
    ctx.stroke();
  }
  ctx.restore();
}

/** The marks that have room, the strongest first. @param position CSS pixels of a wavelength */
export function placed(marks: readonly Mark[], position: (at: number) => number, from: number, to: number): Mark[] {
  const taken: number[] = [];
  return [...marks]
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => b.strength - a.strength)
    .filter(({ at }) => {
      const x = position(at);
      if (taken.some((other) => Math.abs(other - x) < LABEL_WIDTH)) return false;
      taken.push(x);
      return true;
    });
}
