import { colour } from './colours';
import { saveFile } from './saveFile';

/** Saves a drawing as SVG. */
export function saveSvg(name: string, svg: string): void {
  saveFile(name, new Blob([svg], { type: 'image/svg+xml' }));
}

/** Saves a drawing as PNG, at twice its size. @throws Error where the browser cannot draw it */
export async function saveSvgAsPng(name: string, svg: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  await saveCanvases(name, [canvas]);
}

/** Saves canvases, one below the other, as PNG on the page's ground. */
export async function saveCanvases(name: string, canvases: readonly HTMLCanvasElement[]): Promise<void> {
  const copy = document.createElement('canvas');
  copy.width = Math.max(...canvases.map(({ width }) => width));
  copy.height = canvases.reduce((sum, { height }) => sum + height, 0);
  const context = copy.getContext('2d');
  if (!context) throw new Error('the browser draws no pictures');
  context.fillStyle = colour('surface');
  context.fillRect(0, 0, copy.width, copy.height);
  let top = 0;
  for (const canvas of canvases) {
    context.drawImage(canvas, 0, top);
    top += canvas.height;
  }
  const blob = await new Promise<Blob | null>((done) => copy.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the browser writes no PNG');
  saveFile(name, blob);
}
