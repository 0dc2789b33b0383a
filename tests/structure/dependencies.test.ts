import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
}

describe('the dependencies', () => {
  const manifest = JSON.parse(read('package.json')) as Manifest;
  const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

  test('are pinned exactly', () => {
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/.test(version));
    expect(loose).toEqual([]);
    expect(Object.keys(all).length).toBeGreaterThan(20);
  });

  test('are locked with a checksum each, and the lock names no registry', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { integrity?: string; resolved?: string; link?: boolean; version?: string }>;
    };
    const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(
      packages.filter(([, { integrity, link }]) => !link && !integrity?.startsWith('sha512-')).map(([path]) => path),
    ).toEqual([]);
    for (const [name, version] of Object.entries(all))
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
  });

  test('agree with the versions that the set-up of TensorFlow is written for', () => {
    const constants = read('node_modules/@tensorflow/tfjs-node-gpu/scripts/deps-constants.js');
    const official = /officialVersion = '([\d.]+)'/.exec(read('deploy/tensorflowLibrary.mjs'))?.[1];
    expect(/LIBTENSORFLOW_VERSION = '([\d.]+)'/.exec(constants)?.[1]).toBe(official);
    expect(read('deploy/nativeTensorflow.mjs')).toContain(`tfjs_binding-${all['@tensorflow/tfjs-node-gpu']}-napi`);
  });
});
