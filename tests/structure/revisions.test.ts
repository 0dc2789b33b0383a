import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');

/** Joins of tables whose rows are replaced that ask from which revision on a row is seen, but not until which. */
function half(sql: string): string[] {
  const join = /\b(?:spectrum|latent|abundance_estimate|star_parameters) (\w+)\s+on\b[^`]*?\b\1\.revision <= [^\n]*/g;
  return [...sql.matchAll(join)].map(([text]) => text).filter((text) => !text.includes('.until'));
}

test('every statement asks for rows of one revision by revision.ts: a former row would be seen beside the one that replaced it', () => {
  const faults = globSync('{src,workers}/**/*.ts', { cwd: root }).flatMap((path) =>
    half(readFileSync(resolve(root, path), 'utf8')).map((text) => `${path}: ${text}`),
  );
  expect(faults).toEqual([]);
});

test('half a condition is found', () => {
  expect(half('join latent l on l.release_id = visible.release_id and l.revision <= visible.revision')).toHaveLength(1);
  expect(half('join latent l on l.star_id = s.id and l.revision <= 1 and l.until > 1')).toEqual([]);
  expect(half('join star_position p on p.star_id = s.id and p.revision <= visible.revision')).toEqual([]);
});
