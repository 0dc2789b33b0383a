import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Executes what GraphiQL's editor holds until the answer contains a word: until the editor is ready the button does nothing. */
export async function executed(page: Page, word: string): Promise<void> {
  const button = page.getByRole('button', { name: /Execute/ });
  const answer = page.getByRole('region', { name: 'Result Window' });
  const ask = async () => {
    await button.click();
    return answer.textContent();
  };
  await expect.poll(ask, { timeout: 60_000, interval: 1000 }).toContain(word);
}
