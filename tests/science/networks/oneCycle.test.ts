import { expect, it } from 'vitest';
import { oneCycle } from '../../../src/science/networks/oneCycle.js';

it('follows the figures of PyTorch OneCycleLR for 200 steps, 5 % rising', () => {
  // torch.optim.lr_scheduler.OneCycleLR(max_lr=1e-3, total_steps=200, pct_start=.05), steps 0, 1, 9, 10, 104 and 199.
  const rate = (step: number) => oneCycle(step, 200, 1e-3, 0.05);
  expect(rate(0)).toBeCloseTo(4e-5, 10);
  expect(rate(1)).toBeCloseTo(4e-5 + 9.6e-4 * 0.5 * (1 - Math.cos(Math.PI / 9)), 10);
  expect(rate(9)).toBeCloseTo(1e-3, 12);
  expect(rate(10)).toBeLessThan(1e-3);
  expect(rate(104)).toBeCloseTo(5.00002e-4, 9);
  expect(rate(199)).toBeCloseTo(4e-9, 14);
});

it('stays finite and positive for runs of a few steps', () => {
  for (const steps of [1, 2, 3, 10])
    for (let step = 0; step < steps; step++) expect(oneCycle(step, steps, 1e-3, 0.05)).toBeGreaterThan(0);
});
