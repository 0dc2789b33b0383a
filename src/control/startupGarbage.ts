import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back what loading and compiling the server has left, before anybody asks for anything: 198 MB (resident) become 134 in 80 ms. V8 by itself waits for memory to become scarce,
 * or for half a minute of rest. Only its last resort shrinks the young generation too; a usual collection leaves all 198.
 */
export function collectStartupGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: {
    type: 'major';
    execution: 'sync';
    flavor: 'last-resort';
  }) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
