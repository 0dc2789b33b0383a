import type { EpochRecord } from './method.js';

/**
 * The figures beside a progress bar: losses since the last record, held-out figures of that record, pace and time left.
 */
export function describeProgress(
  losses: EpochRecord,
  last: EpochRecord | undefined,
  { samplesPerSecond, secondsLeft }: { readonly samplesPerSecond: number; readonly secondsLeft: number },
): string {
  const parts = Object.entries(losses).map(([name, value]) => `${inWords(name)} ${value.toPrecision(3)}`);
  if (last?.reconstruction !== undefined) parts.push(`held-out chi2 ${last.reconstruction.toPrecision(3)}`);
  if (last?.leakageBits !== undefined) {
    const r2 = Object.entries(last).filter(([name]) => name.startsWith('leakageR2'));
    parts.push(
      `leakage ${last.leakageBits.toFixed(2)} bits (R² ${r2.map(([, value]) => value.toFixed(2)).join(', ')})`,
    );
  }
  parts.push(`${samplesPerSecond.toFixed(0)} samples/s`);
  if (secondsLeft > 0) parts.push(`${duration(secondsLeft)} left`);
  return parts.join(', ');
}

/** 'reconstructionLoss' -> 'reconstruction loss'. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
