import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSamples, SampleFileWriter } from '../../src/compute/sampleFile.js';
import { TrainingError } from '../../src/domain/errors.js';

const outline = {
  rows: 50,
  width: 7,
  u: new Float32Array(100),
  parameters: ['teff', 'logg'] as const,
  noise: new Float32Array(7).fill(1),
  weight: new Float32Array(50).fill(1),
};
const x = Float32Array.from({ length: 350 }, (_, i) => Math.sin(i));
const row = (number: number) => [...x.subarray(7 * number, 7 * number + 7)];
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starkin-samples-'));
  file = join(folder, 'samples.f32');
  const writer = await SampleFileWriter.create(file);
  await writer.append(x.subarray(0, 140));
  await writer.append(x.subarray(140));
  await writer.finish();
  await writer.close();
});
afterEach(() => rm(folder, { recursive: true }));

describe('samples in a file', () => {
  it.each([
    ['held in memory', 1400],
    ['read row by row', 1399],
  ])('are gathered in the order asked for, %s', async (_how, held) => {
    const { samples, close } = await openSamples(file, outline, held);
    expect([...(await samples.gather([49, 0, 21, 0]))]).toEqual([...row(49), ...row(0), ...row(21), ...row(0)]);
    const into = new Float32Array(14);
    expect(await samples.gather(Int32Array.of(3, 4), into)).toBe(into);
    expect([...into]).toEqual([...row(3), ...row(4)]);
    expect(samples.u).toBe(outline.u);
    await close();
  });

  it('are refused when rows are missing', async () => {
    await truncate(file, 1399);
    await expect(openSamples(file, outline)).rejects.toThrow(TrainingError);
    await rm(file);
    await expect(openSamples(file, outline)).rejects.toThrow('expected the training samples, 50 x 7 numbers');
  });
});
