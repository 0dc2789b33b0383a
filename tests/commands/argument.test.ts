import { describe, expect, test } from 'vitest';
import { readFraction, readInteger, readName, readParameters } from '../../src/commands/argument.js';

describe('arguments of the command line', () => {
  test.each(['dr17', 'My_Survey-2.1'])('take %s as a name', (name) => {
    expect(readName('--release', name)).toBe(name);
  });

  test.each(['', 'a b', '../x', 'a:b', '-x', 'x'.repeat(64)])('refuse "%s" as a name, naming the argument', (name) => {
    expect(() => readName('--release', name)).toThrow(/--release: expected a name of letters/);
  });

  test.each([
    ['12', 12],
    ['0', 0],
  ])('take %s as a whole number', (text, number) => {
    expect(readInteger('--seed', text, 0)).toBe(number);
  });

  test.each(['', ' ', '1.5', 'ten', '-1', 'Infinity', '9007199254740993'])('refuse "%s" as a whole number', (text) => {
    expect(() => readInteger('--seed', text, 0)).toThrow(/--seed: expected a whole number of at least 0, found/);
  });

  test.each([
    ['0', 0],
    ['.01', 0.01],
    ['1e-3', 0.001],
  ])('take %s as a fraction', (text, number) => {
    expect(readFraction('--continuum-error', text, 0.2)).toBe(number);
  });

  test.each(['', '1 %', '0.3', '-0.01', 'NaN'])('refuse "%s" as a fraction of at most .2', (text) => {
    expect(() => readFraction('--continuum-error', text, 0.2)).toThrow(/expected a number from 0 to 0.2, found/);
  });

  test('put parameters in their order, whatever the order they were typed in', () => {
    expect(readParameters('--parameters', 'feh, logg,teff')).toEqual(['teff', 'logg', 'feh']);
  });

  test.each(['teff', 'teff,logg,age', 'teff,logg,logg', ''])('refuse "%s" as parameters', (text) => {
    expect(() => readParameters('--parameters', text)).toThrow(/expected teff,logg or teff,logg,feh/);
  });
});
