import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Colours that the colour-blind can tell apart (Okabe & Ito 2008), by what they stand for throughout the report. */
export const colours = {
  encoder: '#999999',
  searched: '#56B4E9',
  reranked: '#0072B2',
  bound: '#D55E00',
  twins: '#0072B2',
  random: '#E69F00',
} as const;
/** For models, in their order. */
export const modelColours = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000'] as const;

const FONT = 'Helvetica, Arial, sans-serif';

/** A plot as SVG text, drawn here: the page that holds it needs no script. */
export async function plot(spec: Omit<TopLevelSpec, '$schema'>): Promise<string> {
  const style = {
    font: FONT,
    axis: {
      labelFontSize: 11,
      titleFontSize: 12,
      titleFontWeight: 'normal',
      gridColor: '#eee',
      domainColor: '#888',
      tickColor: '#888',
    },
    legend: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal', symbolStrokeWidth: 2, labelLimit: 400 },
    header: { labelFontSize: 12, labelLimit: 400, labelFontWeight: 'bold', titleFontSize: 12 },
    view: { stroke: '#ccc' },
  };
  const { spec: compiled } = compile({ background: 'white', ...spec, config: style } as TopLevelSpec);
  const view = new View(parse(compiled), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
