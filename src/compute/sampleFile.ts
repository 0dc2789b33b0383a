import { type FileHandle, open, stat } from 'node:fs/promises';
import { TrainingError } from '../domain/errors.js';
import { samplesInMemory } from '../science/models/memorySamples.js';
import type { Samples } from '../science/models/method.js';
import { fill } from './filledArray.js';

const BYTES = Float32Array.BYTES_PER_ELEMENT;
/** Bytes of x up to which it is read into memory once: coefficients of 400,000 spectra, but pixels of 8,000. */
const HELD = 256e6;

/** x of a training, rows of 32-bit floats one after another. Written once by the stage that makes it, in order. */
export class SampleFileWriter {
  private constructor(private readonly handle: FileHandle) {}

  static async create(file: string): Promise<SampleFileWriter> {
    return new SampleFileWriter(await open(file, 'w'));
  }

  async append(x: Float32Array): Promise<void> {
    await this.handle.writeFile(x);
  }

  /** Everything is on the disk when this resolves. */
  async finish(): Promise<void> {
    await this.handle.datasync();
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Samples whose x is in a file: in memory where it is small, read row by row where it is not. `close` when nothing gathers any more. */
export interface FiledSamples {
  readonly samples: Samples;
  close(): Promise<void>;
}

/** Whether the file holds x of so many rows. */
export async function isComplete(file: string, { rows, width }: Pick<Samples, 'rows' | 'width'>): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found?.size === rows * width * BYTES;
}

/**
 * @param held bytes up to which x is kept in memory
 * @throws TrainingError when the file does not hold x of so many rows
 */
export async function openSamples(
  file: string,
  outline: Omit<Samples, 'gather'>,
  held: number = HELD,
): Promise<FiledSamples> {
  const { rows, width } = outline;
  if (!(await isComplete(file, outline)))
    throw new TrainingError(
      `${file}: expected the training samples, ${rows} x ${width} numbers`,
      'train without --resume',
    );
  const handle = await open(file, 'r');
  if (rows * width * BYTES > held)
    return { samples: { ...outline, gather: gatherFrom(handle, width) }, close: () => handle.close() };
  try {
    const x = new Float32Array(rows * width);
    await fill(handle, x, 0);
    return { samples: samplesInMemory(x, outline), close: async () => {} };
  } finally {
    await handle.close();
  }
}

function gatherFrom(handle: FileHandle, width: number): Samples['gather'] {
  return async (rows, into = new Float32Array(rows.length * width)) => {
    await Promise.all(
      Array.from(rows, (row, i) => fill(handle, into.subarray(i * width, (i + 1) * width), row * width * BYTES)),
    );
    return into;
  };
}
