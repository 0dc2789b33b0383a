import { it } from 'vitest';
import { loadBackend } from '../../../src/science/networks/backend.js';
import { expectTwiceDifferentiable, operations } from './twiceDifferentiated.js';

it.each(Object.keys(operations))('%s has the second-order gradient of central differences', async (name) => {
  const backend = await loadBackend('auto');
  expectTwiceDifferentiable(backend.tf, name);
});
