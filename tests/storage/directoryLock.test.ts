import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { BusyError } from '../../src/domain/errors.js';
import { lockDirectory } from '../../src/storage/directoryLock.js';

describe('the lock of an archive', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starkin-lock-'));
    path = join(folder, 'archive.lock');
    return () => rm(folder, { recursive: true });
  });

  /** Another process that takes the lock and keeps it, or reports why it cannot. */
  async function otherProcess(): Promise<{ child: ChildProcess; outcome: string }> {
    const script = join(folder, 'holder.mjs');
    const lockFile = join(projectRoot, 'dist', 'src', 'storage', 'directoryLock.js');
    await writeFile(
      script,
      `import { lockDirectory } from ${JSON.stringify(lockFile)};
       try { await lockDirectory(${JSON.stringify(path)}); process.send('held'); } catch (error) { process.send(error.code); }
       setInterval(() => {}, 1000);`,
    );
    const child = fork(script);
    const [outcome] = await once(child, 'message');
    return { child, outcome: outcome as string };
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  function dead(host: string): string {
    return JSON.stringify({ pid: 2 ** 22 - 1, started: null, host });
  }

  it('refuses a second opener, naming the process', async () => {
    const lock = await lockDirectory(path);
    await expect(lockDirectory(path)).rejects.toThrow(BusyError);
    await expect(lockDirectory(path)).rejects.toThrow(new RegExp(`in use by process ${process.pid}$`));
    await lock.release();
    await (await lockDirectory(path)).release();
  });

  it('of another process holds until that is killed, and is then taken over', async () => {
    const { child, outcome } = await otherProcess();
    expect(outcome).toBe('held');
    await expect(lockDirectory(path)).rejects.toThrow(new RegExp(`in use by process ${child.pid}$`));
    await kill(child);
    const lock = await lockDirectory(path);
    const second = await otherProcess();
    expect(second.outcome).toBe('BUSY');
    await kill(second.child);
    await lock.release();
  });

  it('is taken over when its process number belongs to a later process', async () => {
    const { child } = await otherProcess();
    const [number] = await readdir(path);
    await kill(child);
    await rm(join(path, number));
    await symlink(
      JSON.stringify({ pid: process.pid, started: 'another boot 1', host: hostname() }),
      join(path, number),
    );
    await (await lockDirectory(path)).release();
  });

  it('of another host is not judged from here: the message says what to remove', async () => {
    await (await lockDirectory(path)).release();
    await symlink(dead('elsewhere'), join(path, '9'));
    await expect(lockDirectory(path)).rejects.toThrow(/on host elsewhere/);
    await expect(lockDirectory(path)).rejects.toMatchObject({ remedy: expect.stringContaining(join(path, '9')) });
  });

  it('of a dead owner goes to exactly one of many rivals, again and again', async () => {
    let next = 1;
    for (let round = 0; round < 40; round++) {
      await rm(path, { recursive: true, force: true });
      await (await lockDirectory(path)).release();
      next = Math.max(...(await readdir(path)).map(Number)) + 1;
      await symlink(dead(hostname()), join(path, String(next)));
      const rivals = await Promise.allSettled(Array.from({ length: 6 }, () => lockDirectory(path)));
      const winners = rivals.filter((rival) => rival.status === 'fulfilled');
      expect(winners).toHaveLength(1);
      for (const rival of rivals) if (rival.status === 'rejected') expect(rival.reason).toBeInstanceOf(BusyError);
      await winners[0].value.release();
    }
  });

  it('is never held by two while many take and release it', async () => {
    let held = 0;
    let taken = 0;
    const contend = async () => {
      for (let attempt = 0; attempt < 60; attempt++) {
        const lock = await lockDirectory(path).catch((error: unknown) => {
          if (!(error instanceof BusyError)) throw error;
          return null;
        });
        if (!lock) continue;
        expect(++held).toBe(1);
        taken++;
        await new Promise((resolve) => setTimeout(resolve, 0));
        held--;
        await lock.release();
      }
    };
    await Promise.all(Array.from({ length: 5 }, contend));
    expect(taken).toBeGreaterThan(5);
    expect((await readdir(path)).length).toBe(1);
  });
});
