import type { RecoveryRow } from '../../workers/storedRecovery.js';
import { table } from './table.js';

/** The recovery of twins as the archive stores them, for a terminal. */
export function recoveryTable(rows: readonly RecoveryRow[]): string {
  const percent = (share: number) => (100 * share).toFixed(share < 0.01 ? 3 : 1);
  return table(
    ['model', 'set', 'trained on it', 'queries', 'candidates', 'twin first, %', 'chance, %', 'median closer'],
    rows.map((row) => [
      row.model,
      row.set,
      row.trainedOn ? 'yes' : 'no',
      String(row.queries),
      String(row.candidates),
      `${percent(row.recovered)} ± ${percent(row.standardError)}`,
      percent(row.chance),
      String(row.medianCloser),
    ]),
  );
}
