import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';

const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

let browser: Browser | null = null;

/**
 * Tests in a real, headless Chromium. Where there is none they are skipped, each by its name; under continuous integration they fail.
 */
export function inChromium(title: string, tests: () => void): void {
  const present = existsSync(path);
  if (!present && process.env.CI) {
    test(title, () => {
      throw new Error(`no Chromium at ${path}: apt-get install -y chromium, or name another by CHROMIUM_PATH`);
    });
    return;
  }
  if (!present) process.stderr.write(`skipped, as there is no Chromium at ${path} (CHROMIUM_PATH): ${title}\n`);
  describe.skipIf(!present)(title, () => {
    beforeAll(async () => {
      // WebGL is drawn by the processor; the sandbox cannot be had in most containers.
      browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox', '--enable-unsafe-swiftshader'] });
    });
    afterAll(() => browser?.close());
    tests();
  });
}

/** The browser of the suite that runs. @throws Error outside of `inChromium` */
export function chromiumBrowser(): Browser {
  if (!browser) throw new Error('no browser: open pages within inChromium');
  return browser;
}
