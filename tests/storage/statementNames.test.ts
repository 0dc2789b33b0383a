import { expect, test } from 'vitest';
import { StatementNames } from '../../src/storage/statementNames.js';

test('a statement has a name from its third time on, the same ever after and its own', () => {
  const names = new StatementNames();
  const asked = ['a', 'a', 'b', 'a', 'a', 'b', 'b'].map((sql) => names.nameOf(sql));
  expect(asked.slice(0, 3)).toEqual([undefined, undefined, undefined]);
  expect(asked[3]).toBeDefined();
  expect(asked[4]).toBe(asked[3]);
  expect(asked[6]).not.toBe(asked[3]);
});

test('names and counts stay few, whatever statements filters make', () => {
  const names = new StatementNames();
  const given = new Set<string>();
  for (let i = 0; i < 500; i++)
    for (let time = 0; time < 4; time++) {
      const name = names.nameOf(`statement ${i}`);
      if (name) given.add(name);
    }
  expect(given.size).toBe(100);
  const rare = new StatementNames();
  rare.nameOf('rare');
  rare.nameOf('rare');
  for (let i = 0; i < 2000; i++) rare.nameOf(`once ${i}`);
  expect(rare.nameOf('rare')).toBeUndefined();
});
