import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { evaluationPage } from '../../../src/commands/evaluation/page.js';
import { evaluationText } from '../../../src/commands/evaluation/text.js';
import { sampleEvaluation } from './sampleEvaluation.js';

const browser = '/usr/bin/chromium';

test('the page asks nobody for anything and runs no script', async () => {
  const page = await evaluationPage(sampleEvaluation());
  expect(page).not.toMatch(/<script|<link rel="stylesheet"|<img|@import|javascript:/i);
  const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  expect(addresses.filter((address) => address !== 'data:,' && !address.startsWith('#'))).toEqual([]);
  // Names of XML vocabularies are no addresses.
  expect([...page.matchAll(/https?:\/\/[^\s"']+/g)].filter(([url]) => !url.startsWith('http://www.w3.org/'))).toEqual(
    [],
  );
});

test('the page holds every figure and table, and names as they are', async () => {
  const page = await evaluationPage(sampleEvaluation());
  for (const title of ['Fig. 2', 'Fig. 3', 'Fig. 4', 'Fig. 5', 'Fig. 6', 'Tables 3 and 4', 'Faults of real spectra'])
    expect(page).toContain(title);
  expect(page).toContain('pairs &lt;of&gt; &quot;stars&quot;.h5');
  expect(page).not.toContain('<of>');
  expect(page.match(/<svg/g)).toHaveLength(14);
  expect(page).toContain('Coverage at SNR 100, nonlinear');
  expect(page).toContain('Coverage in short, %');
  expect(page).toContain('Shaded: 68 ± 3 and 95 ± 1.5 %');
  expect(page).not.toMatch(/NaN|undefined/);
});

test('a set on which no model can be measured has the reasons and no plot', async () => {
  const whole = sampleEvaluation();
  const page = await evaluationPage({ ...whole, sets: [{ ...whole.sets[0], models: [] }] });
  expect(page).toContain('old-1 cannot be evaluated here: it is of an older version');
  expect(page).not.toContain('<svg');
});

test('a browser opens it without a request or a complaint', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'starkin-page-'));
  const path = join(folder, 'report.html');
  await writeFile(path, await evaluationPage(sampleEvaluation()));
  // Where there is no browser the rest of this file says what can be said.
  if (existsSync(browser)) {
    const running = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
    const page = await running.newPage();
    const seen: string[] = [];
    page.on('request', (request) => seen.push(request.url()));
    page.on('console', (message) => seen.push(message.text()));
    page.on('pageerror', (error) => seen.push(String(error)));
    await page.goto(`file://${path}`);
    expect(await page.locator('figure svg').count()).toBe(14);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await running.close();
    expect(seen).toEqual([`file://${path}`]);
  }
  await rm(folder, { recursive: true });
});

test('the terminal gets the same figures', () => {
  const text = evaluationText(sampleEvaluation());
  expect(text).toMatch(/^none +50\.0 ± 10\.0 +75\.0 ± 10\.0/m);
  expect(text).toMatch(/20 to 200/);
  expect(text).toMatch(/^Mg +0\.080 +0\.0200 +0\.0100 +0\.125$/m);
  expect(text).toMatch(/polydis-compact-12345678 +\.00210 \(\.00180\) +1\.20e-5 \(1\.50e-5\)/);
  expect(text).toMatch(/a fault +one of each pair +50\.0 ± 10\.0 +10\.0 +0\.30 +0\.80/);
  expect(text).toMatch(/old-1 cannot be evaluated here: it is of an older version/);
  expect(text).toMatch(/note: Something was left out\./);
});
