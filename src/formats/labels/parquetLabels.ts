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
        yield rowsOf(await file.read(wanted, range), wanted, range.end - range.start);
    },
    close: () => file.close(),
  };
}

function rowsOf(columns: Record<string, readonly unknown[]>, names: readonly string[], rows: number): unknown[][] {
  return Array.from({ length: rows }, (_, row) => names.map((name) => columns[name][row]));
}
