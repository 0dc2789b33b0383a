import { rangesOf } from '../format.js';
import { ParquetFile } from '../parquet/parquetFile.js';
import type { LabelSource } from './labelSource.js';

const BLOCK = 50_000;

export async function parquetLabels(path: string): Promise<LabelSource> {
  const file = await ParquetFile.open(path);
  return {
    columns: file.names,
    async *rows(wanted) {
      for (const range of rangesOf(file.rows, BLOCK))
        yield (await file.read(wanted, range)).map((row) => wanted.map((name) => row[name]));
    },
    close: () => file.close(),
  };
}
