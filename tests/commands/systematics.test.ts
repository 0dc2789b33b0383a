import { expect, test } from 'vitest';
import { systematicsPage, systematicsText } from '../../src/commands/systematicsTables.js';
import type { SystematicsSummary } from '../../workers/tasks/systematics.js';

const summary: SystematicsSummary = {
  model: 'faderdis-compact-1',
  removes: ['teff', 'logg'],
  estimator: 'nonlinear-1',
  releases: ['dr<1>'],
  stars: 1000,
  shuffles: 999,
  falseAlarms: 0.01,
  trends: [
    {
      property: 'teff',
      stage: 'after',
      stars: 990,
      threshold: 0.11,
      quantities: [
        { quantity: 'latent 1', slope: 0.00123, correlation: 0.24, found: true },
        { quantity: 'Mg', slope: -1e-6, correlation: -0.01, found: false },
      ],
    },
    {
      property: 'feh',
      stage: 'after',
      stars: 990,
      threshold: 0.11,
      quantities: [{ quantity: 'Mg', slope: -0.3, correlation: -0.5, found: true }],
    },
    {
      property: 'field',
      stage: 'after',
      stars: 800,
      threshold: 0.2,
      quantities: [{ quantity: 'latent 1', slope: null, correlation: 0.1, found: false }],
    },
  ],
  sharing: [
    {
      condition: 'fibre',
      stars: 800,
      neighbours: 10,
      observed: 0.03,
      expected: 0.004,
      probability: 0.001,
      reach: 3,
      explains: true,
    },
  ],
};

test('the overview names the largest trend of each property with its unit, and what explains twins', () => {
  const lines = systematicsText(summary)
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  expect(lines).toContainEqual(['teff', 'after', '990', '1 of 2', '0.110', '0.240', 'latent 1', '0.0012 sd / K']);
  expect(lines).toContainEqual([
    'feh, not removed',
    'after',
    '990',
    '1 of 1',
    '0.110',
    '0.500',
    'Mg',
    '-0.30 dex / dex',
  ]);
  expect(lines).toContainEqual(['field', 'after', '800', '0 of 1', '0.200', '0.100', 'latent 1', '-']);
  expect(lines).toContainEqual(['fibre', '800', '3.00', '0.40', '0.001', 'yes']);
  expect(systematicsText({ ...summary, sharing: [] })).toMatch(/No survey tells the fibres or fields/);
});

test('the page holds every quantity, asks nobody for anything and takes names for text', () => {
  const html = systematicsPage(summary);
  expect(html).toContain('dr&lt;1&gt;');
  expect(html).not.toMatch(/<script|https?:|src=|url\(/);
  for (const title of ['teff, after', 'feh, after', 'field, after']) expect(html).toContain(`<h3>${title}</h3>`);
  expect(html).toContain('-0.0000010 dex / K');
});
