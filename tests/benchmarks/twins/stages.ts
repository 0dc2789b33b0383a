import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../../../src/config.js';

/**
 * Work done by the command line itself, stage by stage, in a folder with archives of its own. What a stage printed is kept: a stage that is done is not done again, so that a
 * benchmark of an hour goes on where it was stopped.
 */
export class Stages {
  private constructor(readonly folder: string) {}

  static async in(name: string): Promise<Stages> {
    const folder = join(projectRoot, 'benchmark-results', name);
    await mkdir(folder, { recursive: true });
    process.stderr.write(`in ${folder}; stages that are done there are not repeated: remove it to begin anew\n`);
    return new Stages(folder);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /**
   * `starkin …args --json`, unless it was done before. Progress goes to stderr, each line after the stage's name.
   * @param archive the folder of the archive that it works in
   * @returns what it printed
   * @throws Error when it fails
   */
  async run<T>(stage: string, args: readonly string[], archive = 'archive'): Promise<T> {
    const record = this.path(`${stage}.json`);
    const kept = await readFile(record, 'utf8').catch(() => null);
    if (kept !== null) return JSON.parse(kept) as T;
    process.stderr.write(`${stage}: starkin ${args.join(' ')}\n`);
    const printed = await starkin(stage, [...args, '--json'], { STARKIN_DATA: this.path(archive) });
    await writeFile(`${record}.part`, printed);
    await rename(`${record}.part`, record);
    return JSON.parse(printed) as T;
  }
}

function starkin(
  stage: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(process.execPath, [join(projectRoot, 'bin', 'starkin.mjs'), ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface(child.stderr).on('line', (line) => process.stderr.write(`${stage} | ${line}\n`));
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0
        ? resolve(Buffer.concat(printed).toString())
        : reject(
            new Error(
              `starkin ${args.join(' ')} ended with code ${code}; the benchmark goes on from there when it is run again`,
            ),
          ),
    );
  });
}
