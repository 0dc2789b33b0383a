import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const module = resolve(import.meta.dirname, '..', '..', 'deploy', 'setupLock.mjs');

/** Works under the lock for a while; a folder that cannot be made twice shows that two were in at once. */
const contender = (milliseconds: number): string => `
  import { mkdirSync, rmdirSync } from 'node:fs';
  const { withLock } = await import(${JSON.stringify(module)});
  const [folder] = process.argv.slice(1);
  await withLock(folder, (owner) => console.log('waits for ' + owner), async () => {
    mkdirSync(folder + '/inside');
    console.log('inside');
    await new Promise((done) => setTimeout(done, ${milliseconds}));
    rmdirSync(folder + '/inside');
  });
`;

describe('the lock of the set-up', () => {
  let folder: string;
  let children: ChildProcess[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starkin-lock-'));
    children = [];
  });
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const start = (text: string): ChildProcess => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', text, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };

  test('lets one process in at a time', async () => {
    const codes = await Promise.all(
      Array.from({ length: 6 }, async () => (await once(start(contender(60)), 'exit'))[0]),
    );
    expect(codes).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('names the owner to whoever waits, and passes on when the owner is killed', async () => {
    const owner = start(contender(60_000));
    await once(owner.stdout ?? owner, 'data');
    const next = start(contender(0));
    const [told] = await once(next.stdout ?? next, 'data');
    expect(String(told)).toContain(`process ${owner.pid}`);
    owner.kill('SIGKILL');
    rmSync(join(folder, 'inside'), { recursive: true });
    expect(await once(next, 'exit')).toEqual([0, null]);
  });

  test('is held by a child of a killed owner until that child ends', async () => {
    const owner = start(`
      import { spawn } from 'node:child_process';
      const { shareLocks, withLock } = await import(${JSON.stringify(module)});
      await withLock(process.argv[1], () => {}, async () => {
        const child = spawn('sleep', ['60']);
        shareLocks([child.pid]);
        console.log(child.pid);
        await new Promise(() => setInterval(() => {}, 1000));
      });
    `);
    const [said] = await once(owner.stdout ?? owner, 'data');
    const orphan = Number(said);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const next = start(contender(0));
    const [told] = await once(next.stdout ?? next, 'data');
    process.kill(orphan);
    expect(String(told)).toContain(`process ${orphan}`);
    expect(await once(next, 'exit')).toEqual([0, null]);
  });
});
