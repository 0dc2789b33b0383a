import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { BusyError, NotReadyError } from '../../src/domain/errors.js';
import { openArchive } from '../../src/storage/archive.js';
import { listRuns, startRun } from '../../src/storage/run.js';
import { ensureSurvey } from '../../src/storage/survey.js';

describe('an embedded archive', () => {
  let data: string;
  const open = (create: boolean) => openArchive({ data, databaseUrl: null }, { create });
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'starkin-archive-'));
  });
  afterAll(() => rm(data, { recursive: true }));

  it('is made only where that is asked for, anew where only a beginning was made', async () => {
    await mkdir(join(data, 'postgres.partial'));
    await writeFile(join(data, 'postgres.partial', 'PG_VERSION'), '18\n');
    await expect(open(false)).rejects.toThrow(NotReadyError);
    await expect(open(false)).rejects.toMatchObject({ remedy: expect.stringContaining('npx starkin demo') });
    expect(existsSync(join(data, 'postgres'))).toBe(false);
    await (await open(true)).close();
    expect(existsSync(join(data, 'postgres.partial'))).toBe(false);
  });

  it('lasts, and is owned by one opener', async () => {
    const archive = await open(false);
    await ensureSurvey(archive.db, 'kept', { simulated: true });
    await startRun(archive.db, { kind: 'train', input: {} });
    expect(await archive.db.query('show fsync')).toEqual([{ fsync: 'on' }]);
    await expect(open(false)).rejects.toThrow(BusyError);
    await expect(open(false)).rejects.toThrow(new RegExp(`process ${process.pid}`));
    await archive.close();

    const again = await open(false);
    expect(await again.db.query('select name from survey')).toEqual([{ name: 'kept' }]);
    expect(await listRuns(again.db, 1)).toMatchObject([{ kind: 'train', state: 'stopped' }]);
    await again.close();
  });

  it('keeps what was committed, and no more, when its process is killed in the middle of writing', async () => {
    const script = join(data, 'writer.mjs');
    await writeFile(
      script,
      `import { openArchive } from ${JSON.stringify(join(projectRoot, 'dist', 'src', 'storage', 'archive.js'))};
       const { db } = await openArchive({ data: ${JSON.stringify(data)}, databaseUrl: null }, { create: false });
       for (let i = 0; ; i++) {
         await db.transaction(async (tx) => {
           for (const part of ['a', 'b']) await tx.query('insert into survey (name, simulated) values ($1, true)', [part + i]);
         });
         process.send(i);
       }`,
    );
    const child = fork(script);
    let last = -1;
    child.on('message', (i) => {
      last = i as number;
      if (last === 50) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    const archive = await open(false);
    const rows = await archive.db.query<{ name: string }>(`select name from survey where name <> 'kept'`);
    const names = new Set(rows.map(({ name }) => name));
    for (let i = 0; i <= last; i++) expect(names).toContain(`b${i}`);
    for (const name of names) expect(names).toContain(`${name.startsWith('a') ? 'b' : 'a'}${name.slice(1)}`);
    await archive.close();
  });
});
