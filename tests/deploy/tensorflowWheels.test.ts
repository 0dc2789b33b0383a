import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const module = resolve(import.meta.dirname, '..', '..', 'deploy', 'tensorflowWheels.mjs');
const evaluate = (text: string, ...args: string[]) =>
  execFileSync(process.execPath, ['--input-type=module', '-e', text, ...args], { encoding: 'utf8' });

/** A wheel with these members, each holding its own name. */
const zip = (file: string, members: readonly string[]) =>
  execFileSync('python3', [
    '-c',
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  for n in sys.argv[2:]: z.writestr(n, n)',
    file,
    ...members,
  ]);

describe('the wheels of TensorFlow', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'starkin-wheels-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are pinned, each by a version and a digest of its own', () => {
    const text = `const { cardWheels, processorWheel } = await import(${JSON.stringify(module)});
      console.log(JSON.stringify([processorWheel, ...cardWheels]));`;
    const wheels: { package: string; version: string; sha256: string }[] = JSON.parse(evaluate(text));
    expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length);
    for (const { package: name, version, sha256 } of wheels) {
      expect(version, name).toMatch(/^\d+(\.\d+)+$/);
      expect(sha256, name).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(wheels[1].version).toBe(wheels[0].version);
  });

  test('give the libraries, headers and licences, each where the objects look for it, and nothing else', () => {
    const members = [
      'tensorflow/libtensorflow_cc.so.2',
      'tensorflow/include/tensorflow/c/c_api.h',
      'tensorflow/python/_pywrap.so',
      'nvidia/cublas/lib/libcublas.so.12',
      'nvidia/cublas/lib/libcublas_static.a',
      'nvidia/cublas/include/cublas.h',
      'nvidia_cublas_cu12-12.5.3.2.dist-info/License.txt',
    ];
    zip(join(folder, 'some.whl'), members);
    const text = `const { unpack } = await import(${JSON.stringify(module)}); await unpack(...process.argv.slice(1));`;
    evaluate(text, join(folder, 'some.whl'), join(folder, 'out'));
    const found = readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
    expect(found.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 5)).sort()).toEqual([
      'include/tensorflow/c/c_api.h',
      'lib/libtensorflow_cc.so.2',
      'nvidia/cublas/lib/libcublas.so.12',
      'nvidia/licences/nvidia_cublas_cu12.txt',
    ]);
    expect(readFileSync(join(folder, 'out/lib/libtensorflow_cc.so.2'), 'utf8')).toBe(members[0]);
  });

  test('are refused where the file is another than the pinned one', () => {
    zip(join(folder, 'some.whl'), ['a']);
    const text = `const { verify } = await import(${JSON.stringify(module)});
      try { await verify(process.argv[1], 'some 1.0', '${'0'.repeat(64)}'); } catch (error) { console.log(error.message); }`;
    expect(evaluate(text, join(folder, 'some.whl'))).toMatch(
      /^some 1\.0: expected sha256 0{64}, found [0-9a-f]{64}\n$/,
    );
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});
