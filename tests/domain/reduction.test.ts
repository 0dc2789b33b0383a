import { expect, test } from 'vitest';
import { compareReductions } from '../../src/domain/reduction.js';

test('reductions are ordered as the survey made them', () => {
  const inOrder = [
    'r5',
    'r12',
    'l31c',
    'dr16',
    'dr17',
    '1.0',
    '1.2',
    '1.3',
    '1.3 astra-0.5.0',
    '1.3 astra-0.6.0',
    '1.10',
  ];
  inOrder.forEach((earlier, i) => {
    for (const later of inOrder.slice(i + 1)) {
      expect(compareReductions(earlier, later), `${earlier} < ${later}`).toBeLessThan(0);
      expect(compareReductions(later, earlier)).toBeGreaterThan(0);
    }
    expect(compareReductions(earlier, earlier)).toBe(0);
  });
});

test('names that are no version cannot be ordered', () => {
  expect(compareReductions('daily', 'dr17')).toBeNull();
  expect(compareReductions('daily', 'daily')).toBe(0);
});
