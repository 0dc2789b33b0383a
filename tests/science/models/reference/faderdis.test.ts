import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadBackend } from '../../../../src/science/networks/backend.js';
import { portableOperations } from '../../../../src/science/networks/portable.js';
import { deviations, readReference, replayFaderDis } from './replayFaderDis.js';

const fixtures = join(import.meta.dirname, '../../../fixtures/paper-reference');

it('takes the steps that TensorFlow takes in Python: losses to 1e-5 and gradients to 1e-4 of their norm over 20 steps', async () => {
  const backend = await loadBackend('auto');
  const reference = await readReference('faderdis-small', fixtures);
  for (const operations of [backend.operations, portableOperations(backend.tf)]) {
    const { losses, gradients } = deviations(
      reference.steps,
      await replayFaderDis({ ...backend, operations }, reference),
    );
    expect(losses).toBeLessThan(1e-5);
    expect(gradients).toBeLessThan(1e-4);
  }
});

it('would notice another weight of the adversary, a change of .1 %', async () => {
  const backend = await loadBackend('auto');
  const reference = await readReference('faderdis-small', fixtures);
  const other = { ...reference, case: { ...reference.case, weight: 1.001 * reference.case.weight } };
  const { gradients } = deviations(reference.steps, await replayFaderDis(backend, other));
  expect(gradients).toBeGreaterThan(1e-4);
});
