import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { chromiumBrowser } from './chromium.js';

/** Where the screenshots of the last run lie; git ignores it. */
const screenshots = join(projectRoot, 'test-results', 'explorer');

export interface ExplorerPage {
  readonly page: Page;
  /** What went wrong in the page: its own errors, and requests to other hosts. To be empty. */
  readonly troubles: readonly string[];
  /** Goes to a view, whole: `#/find?q=…`. */
  open(hash: string): Promise<void>;
  /** No serious finding of axe in dark and light, nothing wider than 390 px, no trouble; screenshots are kept. */
  inspect(name: string): Promise<void>;
  close(): Promise<void>;
}

/** A window of its own onto the explorer of a server. */
export async function openExplorer(url: string): Promise<ExplorerPage> {
  const context = await chromiumBrowser().newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => troubles.push(`page: ${error.message}`));
  page.on('request', (request) => {
    const isOwn = request.url().startsWith(url) || /^(data|blob):/.test(request.url());
    if (!isOwn) troubles.push(`request to ${request.url()}`);
  });
  const open = async (hash: string) => {
    await page.goto(`${url}/${hash}`);
    await page.getByRole('main').waitFor();
  };
  const inspect = async (name: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('; ')}`)).toEqual([]);
      await keep(page, `${name}-${colorScheme}`);
    }
    const size = page.viewportSize();
    await page.setViewportSize({ width: 390, height: 844 });
    await keep(page, `${name}-390`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    if (size) await page.setViewportSize(size);
    expect(troubles).toEqual([]);
  };
  return { page, troubles, open, inspect, close: () => context.close() };
}

async function keep(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}
